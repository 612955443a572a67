#include "compiler/driver/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>

#include "compiler/support/checks.hpp"
#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"
#include "compiler/support/version.hpp"

namespace cnnc {

namespace {

constexpr std::string_view help_head =
    "cnnc compiles small neural networks to C++ that needs nothing: no library, no heap.\n"
    "\n"
    "Usage: cnnc MODEL.net -o MODEL.cpp [options]     compile a network\n"
    "       cnnc VERB …                               or one of:\n"
    "\n";

constexpr std::string_view help_tail =
    "\n"
    "A first network, in a file tiny.net:\n"
    "\n"
    "    network tiny(image: f32[1, 8, 8]) -> (scores: f32[3]) {\n"
    "      return image |> conv(4, kernel = 3) |> relu |> flatten |> dense(3) |> softmax\n"
    "    }\n"
    "\n"
    "What to do with it:\n"
    "\n"
    "    cnnc check tiny.net                                 # every value's shape, or what is wrong\n"
    "    cnnc tiny.net --random-weights 7 -o tiny.cpp        # C++ for this kind of machine\n"
    "    cnnc tiny.net --weights tiny.safetensors -o tiny.cpp --target avx512\n"
    "    cnnc run tiny.net --random-weights 7 --input x.npy  # its outputs, by the reference interpreter\n"
    "    cnnc explain E0203                                  # what an error code means\n"
    "\n"
    "'cnnc VERB --help' explains a verb; 'cnnc compile --help' the options of compiling.\n"
    "Exit codes: 0 success, 1 a fault in the input, 2 wrong usage, 70 a fault of cnnc itself.\n";

std::string help() {
  std::string text(help_head);
  for (const Verb &verb : all_verbs()) text += fmt::format("    cnnc {:<9} {}\n", verb.name, verb.summary);
  return text + std::string(help_tail);
}

int print(const std::string &text, Session &session) {
  return write_standard_output(text, session.diagnostics) ? exit_success : exit_fault;
}

/// Can name a model: it has the look of a path, or is something to read.
bool may_be_file(const std::string &word) {
  return word.find_first_of("/.") != std::string::npos || (path_exists(word) && !is_folder(word));
}

/// The verb that a word looks like.
std::string_view nearest_verb(const std::string &word) {
  std::vector<std::string_view> names;
  for (const Verb &verb : all_verbs()) names.push_back(verb.name);
  return nearest_name(word, names);
}

void report_unknown_verb(const std::string &word, Session &session) {
  const std::string_view nearest = nearest_verb(word);
  if (!nearest.empty()) {
    session.usage(fmt::format("there is no verb {}", in_quotes(word)))
        .hint(fmt::format("did you mean 'cnnc {}'?", nearest));
    return;
  }
  session.usage(fmt::format("{} is neither a verb nor a file", in_quotes(word)))
      .hint(path_exists(word + ".net") ? fmt::format("did you mean {}?", in_quotes(word + ".net"))
                                       : std::string("'cnnc --help' lists the verbs"));
}

int dispatch(const Arguments &arguments, Session &session) {
  if (arguments.empty()) {
    session.usage("no model and no verb is given");
    return exit_usage;
  }
  const std::string &first = arguments[0];
  const Arguments rest(arguments.begin() + 1, arguments.end());
  if (first == "--version") return print(fmt::format("cnnc {}\n", version), session);
  if (first == "--help" || first == "-h" || (first == "help" && rest.empty())) return print(help(), session);
  const Arguments asked = first == "help" ? Arguments{rest[0], "--help"} : arguments;
  for (const Verb &verb : all_verbs()) {
    if (verb.name != asked[0]) continue;
    session.verb = verb.name;
    return verb.run(Arguments(asked.begin() + 1, asked.end()), session);
  }
  if (!asked[0].empty() && asked[0][0] != '-' && !may_be_file(asked[0])) {
    report_unknown_verb(asked[0], session);
    return exit_usage;
  }
  session.verb = "compile";
  return verb_compile(asked, session);
}

int report_own_fault(const Session &session, std::string_view what) {
  finish(session);
  session.internal_error(what);
  return exit_internal;
}

}  // namespace

const std::vector<Verb> &all_verbs() {
  static const std::vector<Verb> verbs = {
      {"compile", verb_compile, "compile a network to C++ (the verb may be left out)"},
      {"check", verb_check, "parse and check a file, print every value's shape"},
      {"report", verb_report, "draw a network, its memory and its receptive fields on one page"},
      {"run", verb_run, "compute a network's outputs with the reference interpreter"},
      {"golden", verb_golden, "compare outputs, or the emitted text, with stored ones"},
      {"weights", verb_weights, "list what a file of weights holds, or pack it for compiled code"},
      {"audit", verb_audit, "prove that an emitted file keeps its promises"},
      {"fmt", verb_fmt, "write files in canonical form"},
      {"explain", verb_explain, "explain an error code"},
  };
  return verbs;
}

int run_cnnc(const Arguments &arguments) {
  Session session;
  try {
    const int code = dispatch(arguments, session);
    return std::max(code, finish(session));
  } catch (const std::bad_alloc &) {
    // What is large in cnnc is what its input makes large.
    session.diagnostics.report_file(DiagnosticKind::memory_exhausted, "", "there is not enough memory for this network")
        .hint("'cnnc check' shows the shapes of its tensors");
    return std::max(static_cast<int>(exit_fault), finish(session));
  } catch (const std::exception &error) {
    return report_own_fault(session, error.what());
  } catch (...) {
    return report_own_fault(session, "an unknown exception");
  }
}

}  // namespace cnnc
