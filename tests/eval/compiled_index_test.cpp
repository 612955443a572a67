#include "compiler/eval/compiled_index.hpp"

#include <doctest/doctest.h>

namespace cnnc {

TEST_CASE("a compiled index has the value of the index, for negative numbers too") {
  Index i = Index::variable(0);
  Index j = Index::variable(1);
  const std::vector<Index> indices = {Index(7),
                                      i * 3 - j + 2,
                                      floor_div(i - j, 3),
                                      mod(i - j, 3),
                                      min(i, j) * 2 + max(i * 2, floor_div(j, 4)),
                                      floor_div(mod(i * 5 + j, 7) - 6, 2) * -4 + i};
  for (std::int64_t a = -9; a <= 9; ++a)
    for (std::int64_t b = -9; b <= 9; ++b)
      for (const Index &index : indices) {
        const std::int64_t variables[] = {a, b};
        CHECK(CompiledIndex(index)(variables) == evaluate(index, [&](IndexVar var) { return variables[var]; }));
      }
}

}  // namespace cnnc
