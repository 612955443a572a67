// Batches: the whole pipeline, every form evaluated after every pass, on every operator case with more than one sample.
#include <doctest/doctest.h>

#include "compiler/driver/pipeline.hpp"
#include "compiler/ir/kernel.hpp"
#include "tests/op_checks/cases.hpp"

using namespace cnnc;

namespace {

void check_batches(const Target &target) {
  for_each_case([&](const OpCase &c) {
    CAPTURE(c.name);
    Graph graph = c.graph;
    graph.batch = 3;
    PipelineOptions options;
    options.check_passes = true;  // a difference is an InternalError, which fails the test
    const Program program = compile_graph(graph, target, options);
    for (const ProgramTensor &input : program.inputs) CHECK(input.type.shape.at(0) == 3);
  });
}

}  // namespace

TEST_CASE("every operator computes three samples as one after the other, on the generic target") {
  check_batches(*find_target("generic"));
}

TEST_CASE("every operator computes three samples as one after the other, on avx512") {
  check_batches(*find_target("avx512"));
}
