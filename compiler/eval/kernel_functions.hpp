// The elementary functions that kernels compute: the runtime's own polynomials, one lane at a time.
#pragma once

namespace cnnc {

struct KernelFunctions {
  float (*exp)(float);
  float (*log)(float);
  float (*tanh)(float);
  float (*sigmoid)(float);
  float (*erf)(float);
  float (*expm1)(float);
  float (*log1p)(float);
  float (*pow)(float, float);
  float (*trunc)(float);
  float (*from_i32)(float);  ///< of a lane that holds an i32's bits
  float (*to_i32)(float);    ///< gives one
  float (*round_f16)(float);
  float (*round_bf16)(float);
};

/// Those of targets with fused multiply-adds (`fused`), or of the others.
const KernelFunctions &kernel_functions(bool fused);

}  // namespace cnnc
