#include "compiler/driver/options.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

namespace {

/// Options that users will look for, and that this version does not have.
constexpr std::string_view later_options[] = {"--threads", "--jit"};

void report_unknown_option(const CLI::App &app, const std::string &argument, Session &session) {
  const std::string name = argument.substr(0, argument.find('='));
  if (std::find(std::begin(later_options), std::end(later_options), name) != std::end(later_options)) {
    session.usage(fmt::format("{} is not supported by this version", name));
    return;
  }
  std::vector<std::string> known;
  for (const CLI::Option *option : app.get_options()) {
    for (const std::string &text : option->get_lnames()) known.push_back("--" + text);
    for (const std::string &text : option->get_snames()) known.push_back("-" + text);
  }
  const std::string_view nearest = nearest_name(name, {known.begin(), known.end()});
  Diagnostic &fault = session.usage(fmt::format("there is no option {}", in_quotes(name)));
  if (!nearest.empty()) fault.hint(fmt::format("did you mean '{}'?", nearest));
}

/// Arguments that no option or positional takes. What follows an unknown option may be its value: it is not a fault
/// too.
void report_extras(const CLI::App &app, Session &session) {
  bool after_unknown = false;
  for (const std::string &argument : app.remaining()) {
    const bool option = argument.size() > 1 && argument[0] == '-';
    if (option)
      report_unknown_option(app, argument, session);
    else if (!after_unknown)
      session.usage(fmt::format("unexpected argument {}", in_quotes(argument)));
    after_unknown = after_unknown || option;
  }
}

/// A value that is empty was most likely meant to be something.
void report_empty_values(const CLI::App &app, Session &session) {
  for (const CLI::Option *option : app.get_options()) {
    const std::vector<std::string> &values = option->results();
    if (option->get_expected_max() == 0 || std::find(values.begin(), values.end(), "") == values.end()) continue;
    session
        .usage(option->nonpositional() ? fmt::format("the value of {} is empty", option->get_name())
                                       : fmt::format("the argument {} is empty", option->get_type_name()))
        .hint("is it a shell variable that is not set?");
  }
}

/// A fault that CLI11 found, in our words where we know its own: it is about the number of values of an option.
std::string in_our_words(const CLI::ParseError &error) {
  std::string text = printable(error.what());
  const std::string option = text.substr(0, text.find_first_of(": "));
  if (error.get_name() == "ArgumentMismatch") {
    if (text.find("At Most 1 required") != std::string::npos) return option + " is given more than once";
    if (text.find("missing") != std::string::npos) return option + " needs a value";
    if (text.find("flag override") != std::string::npos) return "--" + option + " takes no value";
  }
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

}  // namespace

void add_network_options(CLI::App &app, NetworkOptions &options) {
  app.add_option("model", options.model, "the network's description, a .net file")->type_name("MODEL");
  add_network_choice(app, options);
}

void add_network_choice(CLI::App &app, NetworkOptions &options) {
  app.add_option("--network", options.network, "which network, if the file has several")->type_name("NAME");
  app.add_option("-I", options.source.search_path, "look for imported files in this folder too; may be repeated")
      ->type_name("FOLDER")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_batch_option(CLI::App &app, NetworkOptions &options) {
  app.add_option("--batch", options.batch, "compute N samples at once: inputs and outputs have N in front (default: 1)")
      ->type_name("N");
}

void add_weights_options(CLI::App &app, WeightsOptions &options) {
  app.add_option("--weights", options.file,
                 "a .safetensors or .npz file, or a folder of .npy files\n"
                 "(default: MODEL's name with .safetensors, if it is there)")
      ->type_name("FILE");
  app.add_option("--random-weights", options.random_seed,
                 "random weights instead (He initialisation), the same for a seed on every machine")
      ->type_name("SEED");
  app.add_flag("--allow-non-finite", options.allow_non_finite, "accept weights that are NaN or infinite");
}

std::optional<int> parse_arguments(CLI::App &app, std::vector<std::string> arguments, Session &session) {
  std::string colour = "auto";
  app.add_option("--color", colour, "colour messages: auto (on a terminal), always, never")->type_name("WHEN");
  app.set_help_flag("-h,--help", "print this help");
  app.allow_extras();
  for (CLI::Option *option : app.get_options())
    if (option->get_expected_max() == 0) option->disable_flag_override();
  app.get_formatter()->column_width(30);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp &) {
    return write_standard_output(app.help(), session.diagnostics) ? exit_success : exit_fault;
  } catch (const CLI::ParseError &error) {
    session.usage(in_our_words(error));
    return exit_usage;
  }
  report_empty_values(app, session);
  if (session.wrong_usage) return exit_usage;
  report_extras(app, session);
  if (check_choice("--color", colour, {"auto", "always", "never"}, session))
    session.colour = colour == "auto"     ? ColourMode::automatic
                     : colour == "always" ? ColourMode::always
                                          : ColourMode::never;
  return session.wrong_usage ? std::optional<int>(exit_usage) : std::nullopt;
}

std::optional<std::uint64_t> parse_seed(const std::string &option, const std::string &text, Session &session) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  session.usage(fmt::format("{} takes a whole number from 0 to 2^64 - 1, not {}", option, in_quotes(text)));
  return std::nullopt;
}

std::optional<double> parse_tolerance(const std::string &option, const std::string &text, Session &session) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && std::isfinite(value) && value >= 0) return value;
  session.usage(fmt::format("{} takes a number that is not negative, not {}", option, in_quotes(text)));
  return std::nullopt;
}

bool check_choice(const std::string &option, const std::string &text, const std::vector<std::string_view> &choices,
                  Session &session) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return true;
  const std::string_view nearest = nearest_name(text, choices);
  Diagnostic &fault = session.usage(fmt::format("{} takes {}, not {}", option, listed(choices), in_quotes(text)));
  if (!nearest.empty()) fault.hint(fmt::format("did you mean '{}'?", nearest));
  return false;
}

std::string listed(const std::vector<std::string_view> &names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : i + 1 == names.size() ? " or " : ", ", names[i]);
  return text;
}

}  // namespace cnnc
