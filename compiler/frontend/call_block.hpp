// Calls of blocks and networks: a frame of its own for each, its layers under the path of the instance.
#pragma once

#include "compiler/frontend/call.hpp"

namespace cnnc::net {

/// Runs the body of a block or network with these arguments; what it returns, Several if it is more than one.
Datum call_item(Checker &checker, const ast::Item &item, const CallContext &context);

}  // namespace cnnc::net
