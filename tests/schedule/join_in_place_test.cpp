// What is joined is stored in place where it loses nothing by it, and copied where it would.
#include "compiler/schedule/join_in_place.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "compiler/passes/decompose.hpp"
#include "compiler/passes/fuse.hpp"
#include "compiler/passes/gather_constants.hpp"
#include "tests/passes/pass_text.hpp"

using namespace cnnc;
using namespace cnnc::passes;

namespace {

/// Joined for vectors of eight; the plan computes what the graph does.
Plan joined(const std::string &text) {
  const Graph graph = graph_of(text);
  const Target target = fake_target(8, 32);
  Plan plan = join_in_place(gather_constants(fuse(decompose(graph), target)), target);
  check_same(graph, plan);
  return plan;
}

/// "a b c": the groups of a plan.
std::string names_of(const Plan &plan) {
  std::string names;
  for (const Group &group : plan.groups) names += (names.empty() ? "" : " ") + group.name;
  return names;
}

std::string faults_of(const Plan &plan) {
  std::string text;
  for (const std::string &fault : verify(plan)) text += fault + "\n";
  return text;
}

}  // namespace

TEST_CASE("layers whose results are joined store into the joined value") {
  const Plan plan = joined(
      "network n(x: f32[3, 6, 6]) -> (y: f32[2, 6, 6]) {\n"
      "  let a = x |> conv(8, kernel = 1) as a\n"
      "  let b = x |> conv(16, kernel = 3, pad = 1) as b\n"
      "  return concat(a, b) |> conv(2, kernel = 1) as c\n"
      "}\n");
  CHECK(names_of(plan) == "a b c");
  CHECK(plan.groups[0].result == plan.groups[1].result);
  CHECK(stored_boxes(plan.groups[0]) == std::vector<IndexBox>{{{0, 7}, {0, 5}, {0, 5}}});
  CHECK(stored_boxes(plan.groups[1]) == std::vector<IndexBox>{{{8, 23}, {0, 5}, {0, 5}}});
}

TEST_CASE("others read a part where it lies, a block of DenseNet among them") {
  const Plan plan = joined(
      "network n(x: f32[8, 6, 6]) -> (y: f32[2, 1, 1]) {\n"
      "  let a = x |> conv(8, kernel = 1) as a\n"
      "  let b = a |> conv(8, kernel = 3, pad = 1) as b\n"
      "  let ab = concat(a, b)\n"
      "  let c = ab |> conv(8, kernel = 3, pad = 1) as c\n"
      "  return concat(ab, c) |> conv(2, kernel = 1) as d |> global_avg_pool\n"
      "}\n");
  CHECK(names_of(plan).find("concat") == std::string::npos);
  for (std::size_t g : {0, 1, 2}) CHECK(plan.groups[g].result == plan.groups[0].result);
}

TEST_CASE("the steps of a recurrent layer store their states into the sequence") {
  const Plan plan = joined("network n(x: f32[4, 3]) -> (y: f32[4, 8]) { return lstm(x, 8) as l }\n");
  const ValueId sequence = plan.graph.outputs[0].value;
  std::size_t makers = 0, readers = 0;
  for (const Group &group : plan.groups) {
    makers += group.result == sequence ? 1 : 0;
    for (const GroupOperand &operand : group.operands) readers += operand.value == sequence ? 1 : 0;
  }
  CHECK(makers == 4);
  CHECK(readers == 3);
}

TEST_CASE("what is copied stays where it is needed there") {
  auto copied = [](const std::string &type, const std::string &result, const std::string &body) {
    const Plan plan =
        joined("network n(x: f32[3, 6, 6]) -> (" + type + ") {\n" + body + "  return " + result + "\n}\n");
    return names_of(plan).find("concat") != std::string::npos;
  };
  const std::string a = "  let a = x |> conv(8, kernel = 1) as a\n", b = "  let b = x |> conv(8, kernel = 1) as b\n";
  CHECK_FALSE(copied("y: f32[16, 6, 6]", "concat(a, b)", a + b));
  // Outputs, what is there twice, an input.
  CHECK(copied("y: f32[16, 6, 6], z: f32[8, 6, 6]", "concat(a, b), a", a + b));
  CHECK(copied("y: f32[16, 6, 6]", "concat(a, a)", a));
  CHECK(copied("y: f32[11, 6, 6]", "concat(a, x)", a));
}

TEST_CASE("channels that begin inside a vector stay apart") {
  const std::string last = "  return concat(a, b) |> conv(8, kernel = 1) as c\n}\n";
  const std::string head = "network n(x: f32[3, 6, 6]) -> (y: f32[8, 6, 6]) {\n  let a = x |> conv(";
  const std::string middle = ", kernel = 1) as a\n  let b = x |> conv(8, kernel = 1) as b\n";
  const Plan plan = joined(head + "5" + middle + last);
  REQUIRE(names_of(plan) == "a b concat1 c");
  CHECK(plan.groups[2].nests.size() == 1);  // the five that begin at a vector are in their place
  CHECK(names_of(joined(head + "16" + middle + last)) == "a b c");
}

TEST_CASE("a part whose padding would be another part stays apart") {
  auto names = [](const std::string &pad) {
    return names_of(
        joined("network n(x: f32[8, 6, 6]) -> (y: f32[8, 6, 12], z: f32[8, _, _]) {\n"
               "  let a = x |> conv(8, kernel = 1) as a\n"
               "  let b = x |> conv(8, kernel = 1) as b\n"
               "  return concat(a, b, axis = 2) |> tanh, a |> conv(8, kernel = 3" +
               pad + ") as c\n}\n"));
  };
  CHECK(names("").find("a b") == 0);
  CHECK(names(", pad = 1").find("concat") != std::string::npos);
}

TEST_CASE("a part that lies in pieces is not read before the pieces between them are there") {
  const Plan plan = joined(
      "network n(x: f32[3, 5], z: f32[3, 2]) -> (s: f32[3, 7], y: f32[3, 9]) {\n"
      "  let y = lstm(x, 7) as l\n"
      "  return y, concat(y, z, axis = 1)\n"
      "}\n");
  for (const Group &group : plan.groups)
    for (const GroupOperand &operand : group.operands) CHECK(operand.value != plan.graph.outputs[1].value);
}

TEST_CASE("a plan in which a part is missing, made twice or read too early does not verify") {
  const Plan plan = joined(
      "network n(x: f32[3, 6, 6]) -> (y: f32[2, 6, 6]) {\n"
      "  let a = x |> conv(8, kernel = 1) as a\n"
      "  let b = a |> conv(8, kernel = 1) as b\n"
      "  return concat(a, b) |> conv(2, kernel = 1) as c\n"
      "}\n");
  REQUIRE(names_of(plan) == "a b c");
  CHECK(faults_of(plan).empty());
  Plan missing = plan;
  missing.groups.erase(missing.groups.begin());
  CHECK(faults_of(missing).find("which no earlier group makes") != std::string::npos);
  Plan twice = plan;
  twice.groups.push_back(twice.groups[0]);
  CHECK(faults_of(twice).find("makes what of its value is already made") != std::string::npos);
  Plan late = plan;
  std::swap(late.groups[0], late.groups[1]);
  CHECK(!faults_of(late).empty());
  Plan partial = plan;
  for (Nest &nest : partial.groups[1].nests) nest.axes[0].extent = 4;
  CHECK(faults_of(partial).find("reads a part of %") != std::string::npos);
}
