#include "compiler/eval/kernel_functions.hpp"

#include "cnnc/simd/reference.hpp"

namespace cnnc {

namespace {

// The runtime's functions are templates over lane types: here they are picked for float.
namespace fused = reference::fused;
namespace unfused = reference::unfused;

constexpr KernelFunctions fused_functions{
    [](float x) { return fused::exp(x); },
    [](float x) { return fused::log(x); },
    [](float x) { return fused::tanh(x); },
    [](float x) { return fused::sigmoid(x); },
    [](float x) { return fused::erf(x); },
    [](float x) { return fused::expm1(x); },
    [](float x) { return fused::log1p(x); },
    [](float x, float y) { return fused::pow(x, y); },
    [](float x) { return reference::trunc(x); },
    [](float x) { return reference::from_i32(x); },
    [](float x) { return reference::to_i32(x); },
    [](float x) { return reference::round_f16(x); },
    [](float x) { return reference::round_bf16(x); },
};

constexpr KernelFunctions unfused_functions{
    [](float x) { return unfused::exp(x); },          [](float x) { return unfused::log(x); },
    [](float x) { return unfused::tanh(x); },         [](float x) { return unfused::sigmoid(x); },
    [](float x) { return unfused::erf(x); },          [](float x) { return unfused::expm1(x); },
    [](float x) { return unfused::log1p(x); },        [](float x, float y) { return unfused::pow(x, y); },
    [](float x) { return reference::trunc(x); },      [](float x) { return reference::from_i32(x); },
    [](float x) { return reference::to_i32(x); },     [](float x) { return reference::round_f16(x); },
    [](float x) { return reference::round_bf16(x); },
};

}  // namespace

const KernelFunctions &kernel_functions(bool fused) { return fused ? fused_functions : unfused_functions; }

}  // namespace cnnc
