// Makes the samples of a run an axis of its own: --batch N.
//
// Requires: a plan fresh from fusion, whose graph says how many samples a run computes. Ensures: inputs and every value
// that depends on one have N in front of their shape, every nest that computes such a value a parallel axis `sample` in
// front of its axes; what depends on no input stays as it is, and is computed once. Whatever comes after sees one more
// axis, which a schedule may tile like any other. Does not: change anything where the graph computes one sample.
#pragma once

#include "compiler/ir/plan.hpp"

namespace cnnc {

Plan batch_samples(Plan plan);

}  // namespace cnnc
