// Declares every record of ops.def, so that the definitions in the families' files have external linkage.
#pragma once

#include "compiler/ops/op.hpp"

namespace cnnc {

#define CNNC_OPERATOR(record) extern const OpDef record;
#include "compiler/ops/ops.def"
#undef CNNC_OPERATOR

}  // namespace cnnc
