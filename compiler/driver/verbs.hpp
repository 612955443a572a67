// The verbs: what `cnnc VERB …` does. Each takes the arguments after its name and returns the exit code of what it
// printed; faults are left in the session for main() to print.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/session.hpp"

namespace cnnc {

using Arguments = std::vector<std::string>;

int verb_compile(const Arguments &arguments, Session &session);
int verb_report(const Arguments &arguments, Session &session);
int verb_run(const Arguments &arguments, Session &session);
int verb_check(const Arguments &arguments, Session &session);
int verb_fmt(const Arguments &arguments, Session &session);
int verb_explain(const Arguments &arguments, Session &session);
int verb_golden(const Arguments &arguments, Session &session);
int verb_weights(const Arguments &arguments, Session &session);
int verb_audit(const Arguments &arguments, Session &session);

struct Verb {
  std::string_view name;
  int (*run)(const Arguments &, Session &);
  std::string_view summary;  ///< one line of `cnnc --help`
};

const std::vector<Verb> &all_verbs();

/// The whole of a run: `arguments` without the program's name. Returns the exit code.
int run_cnnc(const Arguments &arguments);

}  // namespace cnnc
