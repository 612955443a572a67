// The whole middle end on graphs of one operator: the program computes what the graph's reference does.
#include <doctest/doctest.h>

#include "compiler/eval/eval_graph.hpp"
#include "tests/lower/middle_end.hpp"
#include "tests/op_checks/cases.hpp"

using namespace cnnc;

namespace {

void check_target(const Target &target) {
  for_each_case([&](const OpCase &c) {
    CAPTURE(c.name);
    test::check_program(c.graph, c.inputs, eval_graph(c.graph, c.inputs), target);
  });
}

}  // namespace

TEST_CASE("programs of every operator compute its reference on the generic target") {
  check_target(*find_target("generic"));
}

TEST_CASE("programs of every operator compute its reference on sse2") { check_target(*find_target("sse2")); }

TEST_CASE("programs of every operator compute its reference on avx2") { check_target(*find_target("avx2")); }

TEST_CASE("programs of every operator compute its reference on avx512") { check_target(*find_target("avx512")); }
