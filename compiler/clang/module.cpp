// The door of the module: the driver opens libcnnc_clang.so and calls this one symbol.
#include "compiler/clang/audit.hpp"
#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"

#include <cstdio>
#include <exception>
#include <string_view>

#include <unistd.h>

namespace {

constexpr const char *help =
    "cnnc audit: prove from its syntax tree that an emitted file keeps its promises\n"
    "\n"
    "Usage: cnnc audit MODEL.cpp [options for the compiler]\n"
    "\n"
    "    cnnc audit model.cpp              # with the runtime's headers that belong to this cnnc\n"
    "    cnnc audit model.cpp -I runtime   # with others\n"
    "\n"
    "It proves: no heap, no exceptions, no static data that changes, no recursion, no assembly but the inclusion of "
    "the\n"
    "weights, only counted loops with a greatest trip count, nothing narrowed without a cast, no cast that reads bytes "
    "as\n"
    "another type, and no calls but into the file and the runtime. It prints what it counted, or each fault in its "
    "place.\n";

struct Options {
  std::string file;
  std::vector<std::string> compiler;
};

bool takes_a_value(std::string_view option) {
  return option == "-I" || option == "-D" || option == "-U" || option == "-isystem" || option == "-include" ||
         option == "-target";
}

/// The one argument that is neither an option nor the value of one is the file; false after wrong usage.
bool read_options(int argc, const char *const *argv, Options &options, cnnc::Diagnostics &diagnostics) {
  const auto wrong = [&](std::string message) {
    diagnostics.report_file(cnnc::DiagnosticKind::wrong_usage, "", std::move(message))
        .hint("'cnnc audit --help' explains the options");
    return false;
  };
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.empty()) return wrong("the name of the file is empty");
    if (argument.size() > 1 && argument[0] == '-') {
      options.compiler.push_back(argument);
      if (!takes_a_value(argument)) continue;
      if (i + 1 == argc) return wrong("a value belongs after " + cnnc::in_quotes(argument));
      if (*argv[i + 1] == '\0') return wrong("the value of " + argument + " is empty");
      options.compiler.push_back(argv[++i]);
    } else if (options.file.empty()) {
      options.file = argument;
    } else {
      return wrong("unexpected argument " + cnnc::in_quotes(argument) + ": one file is audited at a time");
    }
  }
  return !options.file.empty() || wrong("no file to audit is given");
}

/// The runtime's headers beside the running program, in the build tree and in the installed one; empty if they are not.
std::string runtime_folder() {
  std::string program(4096, '\0');
  const ssize_t length = ::readlink("/proc/self/exe", program.data(), program.size());
  if (length <= 0) return "";
  program.resize(static_cast<std::size_t>(length));
  const std::string folder = cnnc::folder_of(program) + "/../include";
  return cnnc::path_exists(folder + "/cnnc/kernel.hpp") ? folder : "";
}

int run(int argc, const char *const *argv, cnnc::SourceMap &sources, cnnc::Diagnostics &diagnostics) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--help" || argument == "-h") return cnnc::write_standard_output(help, diagnostics) ? 0 : 1;
  }
  Options options;
  if (!read_options(argc, argv, options, diagnostics)) return 2;
  if (!cnnc::read_file(options.file, cnnc::max_text_bytes, diagnostics)) return 1;
  if (const std::string folder = runtime_folder(); !folder.empty()) options.compiler.push_back("-I" + folder);
  const cnnc::AuditReport report = cnnc::audit(options.file, options.compiler, sources, diagnostics);
  if (diagnostics.has_errors()) return 1;
  return cnnc::write_standard_output(cnnc::to_string(report, options.file), diagnostics) ? 0 : 1;
}

}  // namespace

/// `cnnc audit FILE [compiler options]`: argv[0] is the name of the verb. Prints the summary on stdout, or the faults
/// on stderr. Returns the exit code: 0; 1 if the file breaks a promise or cannot be read; 2 for wrong usage; 70 for a
/// fault of our own.
extern "C" __attribute__((visibility("default"))) int cnnc_audit_main(int argc, const char *const *argv) {
  constexpr std::size_t most_shown = 100;
  try {
    cnnc::SourceMap sources;
    cnnc::Diagnostics diagnostics;
    const int code = run(argc, argv, sources, diagnostics);
    std::size_t shown = 0;
    for (const cnnc::Diagnostic &diagnostic : diagnostics.all()) {
      if (shown++ < most_shown) std::fputs(cnnc::render(diagnostic, sources, false).c_str(), stderr);
    }
    if (shown > most_shown) std::fprintf(stderr, "cnnc: note: %zu more faults are not shown\n", shown - most_shown);
    return code;
  } catch (const std::exception &fault) {  // must not cross into the driver's frames, which may be of another build
    std::fprintf(stderr, "cnnc: internal error: %s\n", fault.what());
    return 70;
  }
}
