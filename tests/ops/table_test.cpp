// What every record of the operator table must have.
#include <doctest/doctest.h>

#include <cctype>
#include <set>

#include "compiler/ops/op.hpp"

using namespace cnnc;

TEST_CASE("operators have names of their own, in snake case, and are found by them") {
  std::set<std::string_view> names;
  for (const OpDef *op : all_operators()) {
    CAPTURE(op->name);
    CHECK(names.insert(op->name).second);
    CHECK(find_operator(op->name) == op);
    for (char c : op->name) CHECK((std::islower(c) || std::isdigit(c) || c == '_'));
  }
  CHECK(find_operator("max_pol") == nullptr);
}

TEST_CASE("operators are documented, have a rule, a reference and samples, and either nests or a decomposition") {
  for (const OpDef *op : all_operators()) {
    CAPTURE(op->name);
    CHECK(!op->family.empty());
    REQUIRE(!op->doc.empty());
    CHECK(op->doc.back() == '.');
    CHECK(bool(op->infer));
    CHECK(bool(op->reference));
    CHECK((op->nest == nullptr) != (op->decompose == nullptr));
    REQUIRE(bool(op->samples));
    CHECK(op->samples().size() >= 3);
    std::set<std::string> samples;
    for (const Sample &sample : op->samples()) CHECK(samples.insert(sample.name).second);
  }
}

TEST_CASE("operands are data first, then those that may be absent, then parameters, and each is documented") {
  for (const OpDef *op : all_operators()) {
    CAPTURE(op->name);
    OperandRole last = OperandRole::data;
    for (const OperandSpec &operand : op->operands) {
      CAPTURE(operand.name);
      CHECK(!operand.doc.empty());
      CHECK(operand.role >= last);
      last = operand.role;
      if (!operand.enabled_by.empty()) {
        REQUIRE(find_attribute(*op, operand.enabled_by) != nullptr);
        bool optional = operand.role == OperandRole::optional;
        CHECK(find_attribute(*op, operand.enabled_by)->kind == (optional ? AttrKind::given : AttrKind::boolean));
        if (optional) CHECK(operand.enabled_by == operand.name);
      }
      CHECK((operand.init == "he" || operand.init == "zero" || operand.init == "one" || operand.init == "quarter"));
    }
    if (op->channel_linear) CHECK(op->operands[1].name == "weight");
  }
}

TEST_CASE("attributes are documented, and their defaults are values of their kind") {
  for (const OpDef *op : all_operators()) {
    std::set<std::string_view> names;
    for (const AttrSpec &attribute : op->attributes) {
      CAPTURE(op->name);
      CAPTURE(attribute.name);
      CHECK(names.insert(attribute.name).second);
      CHECK(!attribute.doc.empty());
      CHECK((attribute.kind == AttrKind::text) == !attribute.choices.empty());
      AttrValue value = default_value(attribute);
      if (attribute.default_text.empty()) CHECK(std::holds_alternative<std::monostate>(value));
      if (std::holds_alternative<std::monostate>(value)) continue;
      CHECK(std::holds_alternative<bool>(value) ==
            (attribute.kind == AttrKind::boolean || attribute.kind == AttrKind::given));
      CHECK(std::holds_alternative<double>(value) == (attribute.kind == AttrKind::real));
    }
  }
}

TEST_CASE("defaults are parsed by kind") {
  auto parsed = [](AttrKind kind, std::string_view text) {
    return default_value({.name = "x", .kind = kind, .default_text = text, .default_value = text});
  };
  CHECK(parsed(AttrKind::integer, "-1") == AttrValue{std::int64_t{-1}});
  CHECK(parsed(AttrKind::real, "1e-5") == AttrValue{1e-5});
  CHECK(parsed(AttrKind::boolean, "true") == AttrValue{true});
  CHECK(parsed(AttrKind::text, "constant") == AttrValue{std::string("constant")});
  CHECK(parsed(AttrKind::integers, "[-1, 20]") == AttrValue{std::vector<std::int64_t>{-1, 20}});
  CHECK(parsed(AttrKind::integers, "[]") == AttrValue{std::vector<std::int64_t>{}});
  CHECK(parsed(AttrKind::padding, "same") == AttrValue{std::string("same")});
  CHECK(parsed(AttrKind::spatial, "2") == AttrValue{std::int64_t{2}});
}
