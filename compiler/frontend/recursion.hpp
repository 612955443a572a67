// Blocks that call themselves, directly or through others.
#pragma once

#include <map>
#include <vector>

#include "compiler/frontend/program.hpp"

namespace cnnc::net {

struct CallSite {
  const ast::Item *callee;
  Span span;  ///< the callee's name
};

/// The calls in each item, in the order of the text. Looked up only.
using CallGraph = std::map<const ast::Item *, std::vector<CallSite>>;

/// Reports each call that closes a cycle. Needs no recursion itself, however long the chains of calls.
void report_recursion(const Program &program, const CallGraph &calls, Diagnostics &diagnostics);

}  // namespace cnnc::net
