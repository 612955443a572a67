#include "tests/ir/faults.hpp"
#include "tests/ir/small_kernel.hpp"

namespace cnnc {

using namespace test;

// Rules of expressions.

TEST_CASE("operands have the lanes of their operation") {
  SmallKernel k;
  ParameterId y = k.out("y", 8);
  ExprId sum = k.apply(ExprKind::add, k.constant(1, 8), k.constant(1, 4));
  CHECK(verify(k.with({store(y, 0, sum, 8)})) == Faults{"expression 2: operand 1 of add has 4 lanes, not 8"});
}

TEST_CASE("a splat spreads one lane") {
  SmallKernel k;
  ParameterId y = k.out("y", 8);
  CHECK(verify(k.with({store(y, 0, k.splat(k.constant(1, 4), 8), 8)})) ==
        Faults{"expression 1: operand 0 of splat has 4 lanes, not 1"});
}

TEST_CASE("an operation has all its operands") {
  SmallKernel k;
  ParameterId y = k.out("y", 8);
  CHECK(verify(k.with({store(y, 0, k.apply(ExprKind::fma, k.constant(1), 0, 17))})) ==
        Faults{"expression 1: operand 2 of fma is missing"});
}

TEST_CASE("no expression is its own operand") {
  SmallKernel k;
  ParameterId y = k.out("y", 8);
  ExprId a = k.apply(ExprKind::neg, k.constant(1));
  ExprId b = k.apply(ExprKind::neg, a);
  k.kernel.exprs[static_cast<std::size_t>(a)].a = b;
  CHECK(verify(k.with({store(y, 0, b)})) == Faults{"expression 1: it is an operand of itself"});
}

TEST_CASE("an expression has at least one lane") {
  SmallKernel k;
  k.constant(1, 0);
  CHECK(verify(k.with({})) == Faults{"expression 0: 0 lanes"});
}

TEST_CASE("a load fills no more lanes than it has, of a parameter that exists") {
  SmallKernel k;
  ParameterId x = k.in("x", 100);
  k.load(x, 0, 8, 9);
  k.load(7, 0, 8);
  CHECK(verify(k.with({})) ==
        Faults{"expression 0: a load of 9 elements into 8 lanes", "expression 1: there is no parameter 7"});
}

TEST_CASE("a variable is used with its own lanes") {
  SmallKernel k;
  ValueVar a = k.variable("a", 4, true);
  ExprId use = k.use(a);
  k.kernel.exprs[static_cast<std::size_t>(use)].lanes = 8;
  CHECK(verify(k.with({})) == Faults{"expression 0: 8 lanes of a, which has 4"});
}

TEST_CASE("parameters have elements and variables lanes") {
  SmallKernel k;
  k.in("x", 0);
  k.variable("a", 0, true);
  CHECK(verify(k.with({})) == Faults{"parameter x: 0 elements", "variable a: 0 lanes"});
}

TEST_CASE("parameters, loop variables and variables have distinct names") {
  SmallKernel k;
  k.in("x", 1);
  k.in("x", 1);
  k.loop_variable("x");
  k.loop_variable("i");
  k.variable("i", 1, true);
  CHECK(verify(k.kernel) == Faults{"parameter x: the name is taken", "loop variable x: the name is taken",
                                   "variable i: the name is taken"});
}

// Rules of variables.

TEST_CASE("a variable is assigned before it is read") {
  SmallKernel k;
  ValueVar a = k.variable("a", 1, false);
  CHECK(verify(k.with({assign(a, k.apply(ExprKind::neg, k.use(a)))})) ==
        Faults{"a is read before it is assigned, or out of its scope"});
}

TEST_CASE("a variable is not read outside the loop or guard in which it was first assigned") {
  SmallKernel k;
  ParameterId y = k.out("y", 8);
  IndexVar i = k.loop_variable("i");
  ValueVar a = k.variable("a", 1, false);
  ValueVar b = k.variable("b", 1, true);
  Faults faults = {"a is read before it is assigned, or out of its scope"};
  CHECK(verify(k.with({loop(i, 0, 8, {assign(a, k.constant(1))}), store(y, 0, k.use(a))})) == faults);
  CHECK(verify(k.with({guard(0, 0, 0, {let(b, k.constant(1))}), store(y, 0, k.use(b))})) ==
        Faults{"b is read before it is assigned, or out of its scope"});
  CHECK(verify(k.with({assign(a, k.constant(0)), loop(i, 0, 8, {assign(a, k.constant(1))}), store(y, 0, k.use(a))})) ==
        Faults{});
}

TEST_CASE("two loops may each declare the same variable") {
  SmallKernel k;
  ParameterId y = k.out("y", 8);
  IndexVar i = k.loop_variable("i");
  ValueVar a = k.variable("a", 1, false);
  Stmt body = loop(i, 0, 8, {assign(a, k.constant(1)), store(y, v(i), k.use(a))});
  CHECK(verify(k.with({body, body})) == Faults{});
}

TEST_CASE("a let variable is assigned once, by its let") {
  SmallKernel k;
  ValueVar a = k.variable("a", 1, true);
  ValueVar b = k.variable("b", 1, false);
  ExprId one = k.constant(1);
  CHECK(verify(k.with({let(a, one), let(a, one)})) == Faults{"a: a second let of it"});
  CHECK(verify(k.with({let(a, one), assign(a, one)})) == Faults{"a: a let is assigned"});
  CHECK(verify(k.with({let(b, one)})) == Faults{"b: a let of a variable that is assigned"});
}

TEST_CASE("what is assigned has the variable's lanes") {
  SmallKernel k;
  ValueVar a = k.variable("a", 4, true);
  CHECK(verify(k.with({let(a, k.constant(1, 8))})) == Faults{"a: 8 lanes are assigned to 4"});
}

TEST_CASE("an assignment names a variable and an expression") {
  SmallKernel k;
  ValueVar a = k.variable("a", 4, true);
  CHECK(verify(k.with({let(a, 5), let(3, 5)})) ==
        Faults{"a: there is no expression 5", "assignment: there is no variable 3"});
}

// Rules of statements.

TEST_CASE("only written parameters are stored to") {
  SmallKernel k;
  ParameterId x = k.in("x", 8);
  CHECK(verify(k.with({store(x, 0, k.constant(1))})) == Faults{"store to x, which is only read"});
  CHECK(verify(k.with({store(1, 0, 0)})) == Faults{"store: there is no parameter 1"});
}

TEST_CASE("a store writes no more lanes than its value has, each to an element of its own") {
  SmallKernel k;
  ParameterId y = k.out("y", 8);
  CHECK(verify(k.with({store(y, 0, k.constant(1, 4), 8)})) == Faults{"store to y: 8 elements of 4 lanes"});
  CHECK(verify(k.with({store(y, 0, k.constant(1, 4), 4, 0)})) == Faults{"store to y: all lanes to one element"});
}

TEST_CASE("a loop steps forwards") {
  SmallKernel k;
  IndexVar i = k.loop_variable("i");
  CHECK(verify(k.with({loop(i, 0, 8, {}, 0)})) == Faults{"loop i: step 0 is below 1"});
}

TEST_CASE("bounds of loops are affine") {
  SmallKernel k;
  IndexVar i = k.loop_variable("i");
  IndexVar j = k.loop_variable("j");
  CHECK(verify(k.with({loop(i, 0, 8, {loop(j, 0, min(v(i) + 4, 8), {})})})) ==
        Faults{"loop j: bounds from 0 to min(i + 4, 8) are not affine"});
}

TEST_CASE("a loop variable exists, and is used inside its loop only") {
  SmallKernel k;
  ParameterId y = k.out("y", 8);
  IndexVar i = k.loop_variable("i");
  IndexVar j = k.loop_variable("j");
  ExprId one = k.constant(1);
  CHECK(verify(k.with({store(y, v(i), one)})) == Faults{"y: loop variable i is used outside its loop"});
  CHECK(verify(k.with({loop(i, 0, v(j), {})})) == Faults{"end of loop i: loop variable j is used outside its loop"});
  CHECK(verify(k.with({guard(0, v(j), 1, {})})) == Faults{"guard: loop variable j is used outside its loop"});
  CHECK(verify(k.with({loop(2, 0, 8, {})})) == Faults{"loop: there is no loop variable 2"});
}

TEST_CASE("a loop is not nested in a loop of the same variable") {
  SmallKernel k;
  IndexVar i = k.loop_variable("i");
  CHECK(verify(k.with({loop(i, 0, 8, {loop(i, 0, 8, {})})})) ==
        Faults{"loop i: it is nested in a loop of the same variable"});
}

TEST_CASE("one mistake that shows everywhere is told twenty times and counted") {
  SmallKernel k;
  ParameterId y = k.out("y", 8);
  std::vector<Stmt> body(30, store(y, 8, k.constant(1)));
  Faults faults = verify(k.with(body));
  CHECK(faults.size() == 21);
  CHECK(faults.back() == "and 10 more");
}

}  // namespace cnnc
