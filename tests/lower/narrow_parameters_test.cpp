// Parameters narrowed to what their kernel touches: kernels that differ in offsets alone become one.
#include "compiler/lower/narrow_parameters.hpp"

#include "tests/ir/faults.hpp"
#include "tests/ir/small_kernel.hpp"

using namespace cnnc;
using namespace cnnc::test;

namespace {

using Firsts = std::vector<std::int64_t>;

/// y[0 : 4] = x[first : 4], of x[64].
Kernel copy_from(std::int64_t first) {
  SmallKernel k;
  ParameterId x = k.in("x", 64);
  ParameterId y = k.out("y", 4);
  return k.with({store(y, 0, k.load(x, first, 4), 4)});
}

}  // namespace

TEST_CASE("what two kernels read at different places is one kernel, and the places") {
  Kernel one = copy_from(0);
  Kernel other = copy_from(24);
  CHECK(narrow_parameters(one) == Firsts{0, 0});
  CHECK(narrow_parameters(other) == Firsts{24, 0});
  CHECK(to_string(one) == to_string(other));
  CHECK(other.parameters[0].elements == 4);
  CHECK(verify(other) == Faults{});
}

TEST_CASE("several accesses of a parameter keep their distances") {
  SmallKernel k;
  ParameterId x = k.in("x", 64);
  ParameterId y = k.out("y", 32);
  Kernel kernel = k.with({store(y, 8, k.load(x, 40, 4), 4), store(y, 16, k.load(x, 12, 4), 4)});
  CHECK(narrow_parameters(kernel) == Firsts{12, 8});
  CHECK(kernel.parameters[0].elements == 32);
  CHECK(kernel.parameters[1].elements == 12);
  CHECK(kernel.body[0].at == Index(0));
  CHECK(kernel.body[1].at == Index(8));
  CHECK(verify(kernel) == Faults{});
}

TEST_CASE("of a parameter that is not touched one element is left") {
  SmallKernel k;
  k.in("x", 64);
  ParameterId y = k.out("y", 4);
  Kernel kernel = k.with({store(y, 0, k.constant(1, 4), 4)});
  CHECK(narrow_parameters(kernel) == Firsts{0, 0});
  CHECK(kernel.parameters[0].elements == 1);
  CHECK(verify(kernel) == Faults{});
}
