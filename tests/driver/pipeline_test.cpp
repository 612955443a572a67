// The pipeline as data: constraints that are checked, forms that are verified, faults that name their pass.
#include "compiler/driver/pipeline.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "compiler/emit/emit.hpp"
#include "compiler/eval/eval_graph.hpp"
#include "compiler/eval/eval_kernel.hpp"
#include "compiler/support/checks.hpp"
#include "tests/passes/pass_text.hpp"

using namespace cnnc;

namespace {

Graph small_network() {
  return passes::graph_of(
      "network n(x: f32[2, 5, 5]) -> (y: f32[3]) {\n"
      "  return x |> conv(3, kernel = 3) as c |> batch_norm as b |> relu |> flatten |> dense(3) as d |> softmax\n"
      "}\n");
}

const Target &generic() { return *find_target("generic"); }

/// The graph for every target.
std::vector<Program> variants_of(const Graph &graph) {
  std::vector<Program> programs;
  for (const Target &target : all_targets()) programs.push_back(compile_graph(graph, target));
  return programs;
}

/// What compiling the graph says of the fault, empty if it finds none.
std::string fault_of(const Graph &graph) {
  try {
    compile_graph(graph, generic());
  } catch (const InternalError &error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("the rows of the pipeline keep every constraint on their order") {
  for (const std::string &fault : verify_pass_order(all_passes(), pass_orders())) FAIL_CHECK(fault);
}

TEST_CASE("every pass and every constraint has a reason, and passes have distinct names") {
  std::vector<std::string_view> names;
  for (const Pass &pass : all_passes()) {
    CHECK(!pass.reason.empty());
    names.push_back(pass.name);
  }
  for (const PassOrder &order : pass_orders()) CHECK(!order.reason.empty());
  std::sort(names.begin(), names.end());
  CHECK((std::adjacent_find(names.begin(), names.end()) == names.end()));
}

TEST_CASE("rows in the wrong order are told with the reason") {
  std::vector<Pass> rows(all_passes().begin(), all_passes().end());
  auto place = [&](std::string_view name) {
    return std::find_if(rows.begin(), rows.end(), [&](const Pass &pass) { return pass.name == name; });
  };
  std::iter_swap(place("decompose"), place("fuse"));
  std::vector<std::string> faults = verify_pass_order(rows, pass_orders());
  CHECK(std::count(faults.begin(), faults.end(),
                   "decompose must run before fuse: fusion needs the nest of every operator") == 1);
}

TEST_CASE("a constraint on a pass that is not there is told") {
  const PassOrder orders[] = {{"fuse", "polish", "nothing is so good that it cannot shine"}};
  CHECK(verify_pass_order(all_passes(), orders) ==
        std::vector<std::string>{"a constraint names a pass that is not there: fuse, polish"});
}

TEST_CASE("a pass that must run before itself is told") {
  const PassOrder orders[] = {{"fuse", "fuse", "once is not enough"}};
  CHECK(verify_pass_order(all_passes(), orders).size() == 1);
}

TEST_CASE("a fault of ours is told with the pass in which it happened") {
  Graph graph = small_network();
  // A dense layer whose weight has no numbers: the front end should have seen to that.
  graph.values[static_cast<std::size_t>(graph.weights.back())].data = {};
  CHECK(fault_of(small_network()).empty());
  const std::string fault = fault_of(graph);
  CHECK_MESSAGE(fault.find("gather_constants") != std::string::npos, fault);
}

TEST_CASE("a graph that does not verify is told before any pass") {
  Graph graph = small_network();
  graph.values[static_cast<std::size_t>(graph.outputs[0].value)].type.shape = {4};
  const std::string fault = fault_of(graph);
  CHECK_MESSAGE(fault.find("after the front end: ") != std::string::npos, fault);
}

TEST_CASE("dumps are those of the passes asked for, in the order of the pipeline") {
  std::string dump;
  PipelineOptions options;
  options.dump_after = {"fuse", "canonicalize"};
  options.dump = &dump;
  compile_graph(small_network(), generic(), options);
  const std::size_t graph = dump.find("graph n {"), plan = dump.find("plan n\n");
  REQUIRE(graph != std::string::npos);
  REQUIRE(plan != std::string::npos);
  CHECK(graph < plan);
  CHECK(dump.find("graph n {", graph + 1) == std::string::npos);
}

TEST_CASE("each pass is timed once") {
  std::vector<PassTime> times;
  PipelineOptions options;
  options.times = &times;
  compile_graph(small_network(), generic(), options);
  REQUIRE(times.size() == all_passes().size());
  for (std::size_t i = 0; i < times.size(); ++i) CHECK(times[i].pass == all_passes()[i].name);
}

TEST_CASE("every form of a network computes what the network means") {
  PipelineOptions options;
  options.check_passes = true;
  for (const Target &target : all_targets()) CHECK_NOTHROW(compile_graph(small_network(), target, options));
}

TEST_CASE("the same graph gives the same program") {
  for (const Target &target : all_targets())
    CHECK(to_string(compile_graph(small_network(), target)) == to_string(compile_graph(small_network(), target)));
}

TEST_CASE("small networks of awkward combinations keep their meaning") {
  PipelineOptions options;
  options.check_passes = true;
  const char *networks[] = {
      // One tensor read as a vector and element by element, both from element 0 on.
      "network n(x: f32[4]) -> (y: f32[4, 1, 4]) { return min(x, x |> reshape([4, 1, 1])) }",
      // A constant, k in its kernel, beside the loop over k.
      "network n(x: f32[12, 20]) -> (y: f32[12, 33]) { return tensor([0.5]) * (x |> dense(33)) }",
  };
  for (const char *text : networks)
    for (const Target &target : all_targets())
      CHECK_NOTHROW_MESSAGE(compile_graph(passes::graph_of(text), target, options), text);
}

TEST_CASE("a value that is used twice, many times over, is no expression of exponential size") {
  PipelineOptions options;
  options.check_passes = true;
  std::string text = "network n(x: f32[4]) -> (y: f32[4]) {\n  var a = x\n";
  for (int i = 0; i < 60; ++i) text += "  a = tanh(a) * a\n";
  Graph graph = passes::graph_of(text + "  return a\n}\n");
  for (const Target &target : all_targets()) CHECK(to_string(compile_graph(graph, target, options)).size() < 50'000);
}

TEST_CASE("a wide padding is loops, not text") {
  PipelineOptions options;
  options.check_passes = true;
  Graph graph = passes::graph_of("network n(x: f32[1, 8]) -> (y: f32[1, 20008]) { return x |> pad(10000) }");
  for (const Target &target : all_targets()) CHECK(to_string(compile_graph(graph, target, options)).size() < 10'000);
}

TEST_CASE("a weight that is read twice lies in the image once") {
  Graph graph = passes::graph_of(
      "network n(x: f32[4]) -> (y: f32[4]) { return x |> dense(4) as a |> tanh |> dense(4, share = a) as b }");
  Program program = compile_graph(graph, generic());
  CHECK(std::count_if(program.buffers.begin(), program.buffers.end(), [](const Buffer &buffer) {
          return buffer.kind == BufferKind::weights;
        }) == 2);  // weight and bias
}

TEST_CASE("where weights lie does not depend on their values") {
  const char *texts[] = {
      "network n(x: f32[1]) -> (a: f32[1], b: f32[1]) { return x |> dense(1) as a, x |> dense(1) as b }",
      "network n(x: f32[2, 5, 5]) -> (y: f32[3]) {\n"
      "  return x |> conv(3, kernel = 3) as c |> batch_norm as b |> relu |> flatten |> dense(3) as d\n"
      "}\n"};
  for (const char *text : texts) {
    Graph drawn = passes::graph_of(text), zero = drawn;
    for (ValueId id : zero.weights) {
      Value &value = zero.values[static_cast<std::size_t>(id)];
      value.data = Tensor{value.type, std::vector<double>(value.data.size(), 0.0)};
    }
    CHECK(weights_digest(variants_of(drawn)) == weights_digest(variants_of(zero)));
    CHECK(weights_image(variants_of(drawn)).size() == weights_image(variants_of(zero)).size());
  }
}

TEST_CASE("variants of one layout share the weights, others have their own") {
  auto bytes = [](const std::vector<const char *> &targets) {
    std::vector<Program> programs;
    for (const char *target : targets) programs.push_back(compile_graph(small_network(), *find_target(target)));
    return weights_image(programs).size();
  };
  CHECK(bytes({"sse2", "generic"}) == bytes({"generic"}));
  CHECK(bytes({"avx512", "sse2", "generic"}) == bytes({"avx512", "generic"}));
  CHECK(bytes({"avx512", "generic"}) > bytes({"avx512"}));
  CHECK(bytes({"avx512", "generic"}) <= bytes({"avx512"}) + bytes({"generic"}));
}

TEST_CASE("an index out of range is a fault where an output needs it, for the interpreter and the code alike") {
  for (const char *use : {"_a + 1", "x[0]"}) {
    const Graph graph = passes::graph_of(std::string("network n(x: f32[4, 3], i: i32[]) -> (y: f32[3]) {\n"
                                                     "  let _a = x[i]\n  return ") +
                                         use + "\n}\n");
    const std::vector<Tensor> inputs{{{DType::f32, {4, 3}}, std::vector<double>(12, 1)}, {{DType::i32, {}}, {4}}};
    std::optional<BadIndex> fault;
    eval_graph(graph, inputs, &fault);
    bool bad_index = false;
    eval_program(compile_graph(graph, generic()), {lanes_of(inputs[0]), lanes_of(inputs[1])}, &bad_index);
    CHECK(fault.has_value() == bad_index);
    CHECK(bad_index == (std::string(use) == "_a + 1"));
  }
}

TEST_CASE("a constant power gives what the power of a tensor gives, at zeros of either sign too") {
  for (const char *exponent : {"0.5", "-0.5", "-1", "-2", "2", "3", "-3"}) {
    const Graph graph =
        passes::graph_of(std::string("network n(x: f32[4]) -> (y: f32[4]) { return x |> pow(") + exponent + ") }\n");
    const Tensor x{{DType::f32, {4}}, {0.0, -0.0, 4.0, 0.25}};
    const std::vector<Tensor> expected = eval_graph(graph, {x});
    const std::vector<float> y = eval_program(compile_graph(graph, generic()), {lanes_of(x)})[0];
    for (std::size_t i = 0; i < y.size(); ++i) {
      CAPTURE(exponent);
      CAPTURE(i);
      CHECK(static_cast<double>(y[i]) == expected[0].data[i]);
    }
  }
}

TEST_CASE("the layers that have one kernel are named above it, and counted where they are many") {
  auto heading_of_step = [](const std::string &length) {
    const Program program = compile_graph(passes::graph_of("network n(x: f32[" + length + ", 3]) -> (y: f32[" + length +
                                                           ", 4]) { return gru(x, 4) as g }\n"),
                                          generic());
    std::string longest;
    for (const Kernel &kernel : program.kernels) {
      std::string text;
      for (std::size_t i = 1; i < kernel.heading.size(); ++i) text += kernel.heading[i] + "\n";
      if (text.size() > longest.size()) longest = text;
    }
    return longest;
  };
  CHECK(heading_of_step("10").find("also: ") != std::string::npos);
  CHECK(heading_of_step("10").find(" more\n") == std::string::npos);
  CHECK(heading_of_step("11").find("and 1 more\n") != std::string::npos);
  const std::string many = heading_of_step("100");
  CHECK(many.find("and 90 more\n") != std::string::npos);
  CHECK(many.find(" more\n") == many.rfind(" more\n"));
}

TEST_CASE("a table of connections with very many different rows is one convolution over all inputs") {
  auto nests_of = [](int channels) {
    std::string table;
    for (int o = 0; o < channels; ++o) {
      table += o == 0 ? "[" : ", [";
      for (int i = 0; i < channels; ++i)
        table += (i == 0 ? "" : ", ") + std::to_string((o * o * 7 + i * i * 5 + o * i * 3 + (o ^ i)) % 11 < 6);
      table += "]";
    }
    const std::string c = std::to_string(channels);
    Graph graph =
        passes::graph_of("network n(x: f32[" + c + ", 5, 5]) -> (y: f32[" + c + ", 3, 3]) {\n  return x |> conv(" + c +
                         ", kernel = 3, connections = [" + table + "]) as c\n}\n");
    PipelineOptions options;
    options.check_passes = true;
    Plan plan;
    options.plan = &plan;
    compile_graph(graph, generic(), options);
    return plan.groups[0].nests.size();
  };
  CHECK(nests_of(12) > 1);
  CHECK(nests_of(40) == 1);
}
