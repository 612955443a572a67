#include "compiler/frontend/weights_report.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace cnnc {

TEST_CASE("a summary is of the finite numbers, and counts the others") {
  const ArraySummary summary = summary_of({ElementType::f64, {5}, {}, {1, -3, NAN, INFINITY, 1e300}});
  CHECK(summary.finite == 2);
  CHECK(summary.not_finite == 3);
  CHECK(summary.min == -3);
  CHECK(summary.max == 1);
  CHECK(summary.mean == -1);
  CHECK(summary_of({ElementType::f32, {0}, {}}).finite == 0);
}

TEST_CASE("weights are listed in columns, whatever their names") {
  const Arrays arrays = {{"a", {ElementType::f32, {2, 2}, {1, 2, 3, 4}}},
                         {"bn.num_batches_tracked", {ElementType::i64, {}, {}, {12}}},
                         {"m\xC3\xBC\n", {ElementType::f16, {1}, {NAN}}}};
  CHECK(weights_text(arrays) ==
        "name                    type     shape   min  max  mean  not finite\n"
        "a                       float32  [2, 2]    1    4   2.5           0\n"
        "bn.num_batches_tracked  int64    []       12   12    12           0\n"
        "m\xC3\xBC\\n                    float16  [1]       -    -     -           1\n"
        "3 tensors, 6 numbers\n");
}

TEST_CASE("as JSON, what has no finite number has no range") {
  const Arrays arrays = {{"a", {ElementType::bf16, {2}, {0.5, 1}}}, {"b", {ElementType::f32, {1}, {NAN}}}};
  CHECK(weights_json(arrays) == R"({
  "tensors": [
    {
      "name": "a",
      "dtype": "bf16",
      "shape": [
        2
      ],
      "min": 0.5,
      "max": 1.0,
      "mean": 0.75,
      "not_finite": 0
    },
    {
      "name": "b",
      "dtype": "f32",
      "shape": [
        1
      ],
      "min": null,
      "max": null,
      "mean": null,
      "not_finite": 1
    }
  ]
}
)");
}

}  // namespace cnnc
