// Values that are computed while a network is checked.
#include "tests/frontend/check_helpers.hpp"

using namespace cnnc::check_helpers;

TEST_CASE("integers are exact, and their overflow is an error") {
  CHECK(value_of("2 + 3 * 4 - 20") == "-6");
  CHECK(value_of("6 / 3") == "2");
  CHECK(value_of("-6 / 3") == "-2");
  CHECK(value_of("7 / 2") == "E0213 7 / 2 is no integer");
  CHECK(value_of("1 / 0") == "E0214 1 / 0 divides by zero");
  CHECK(value_of("9223372036854775807 + 1") == "E0212 9223372036854775807 + 1 does not fit in 64 bits");
  CHECK(value_of("-9223372036854775807 - 2") == "E0212 -9223372036854775807 - 2 does not fit in 64 bits");
  CHECK(value_of("4611686018427387904 * 2") == "E0212 4611686018427387904 * 2 does not fit in 64 bits");
  CHECK(value_of("-(-9223372036854775808)") == "E0212 2^63 does not fit in 64 bits");
  CHECK(value_of("- -9223372036854775808") == "E0212 2^63 does not fit in 64 bits");
  CHECK(value_of("(-9223372036854775807 - 1) / -1") == "E0212 -9223372036854775808 / -1 does not fit in 64 bits");
  CHECK(value_of("-(-9223372036854775807 - 1)") == "E0212 2^63 does not fit in 64 bits");
  CHECK(value_of("(-9223372036854775807 - 1) % -1") == "0");
}

TEST_CASE("a remainder has the sign of the divisor") {
  CHECK(value_of("7 % 3") == "1");
  CHECK(value_of("-7 % 3") == "2");
  CHECK(value_of("7 % -3") == "-2");
  CHECK(value_of("-7 % -3") == "-1");
  CHECK(value_of("-7.5 % 2") == "0.5");
  CHECK(value_of("7 % 0") == "E0214 7 % 0 divides by zero");
}

TEST_CASE("a float makes arithmetic that of floats, which never leave the finite numbers") {
  CHECK(value_of("7 / 2.0") == "3.5");
  CHECK(value_of("1 + 0.5") == "1.5");
  CHECK(value_of("1.0 / 0") == "E0214 1.0 / 0 divides by zero");
  CHECK(value_of("pow(10.0, 300) * pow(10.0, 300)").starts_with("E0215"));
  CHECK(value_of("pow(10.0, 300)") == "E0215 1e+300 is too large for f32");
}

TEST_CASE("numbers are compared by their exact values") {
  CHECK(truth_of("1 == 1.0") == "true");
  CHECK(truth_of("9007199254740993 == 9007199254740992.0") == "false");
  CHECK(truth_of("9007199254740993 > 9007199254740992.0") == "true");
  CHECK(truth_of("9223372036854775807 < 9223372036854775808.0") == "true");
  CHECK(truth_of("2 >= 2") == "true");
  CHECK(truth_of("-1 < -0.5") == "true");
}

TEST_CASE("other values are equal or not, and have no order") {
  CHECK(truth_of("\"a\" == \"a\"") == "true");
  CHECK(truth_of("[1, [2, 3]] == [1, [2, 3.0]]") == "true");
  CHECK(truth_of("[1, 2] != [1]") == "true");
  CHECK(truth_of("true == false") == "false");
  CHECK(truth_of("1 == \"1\"") ==
        "E0211 '==' takes two values of one kind, but found the integer 1 and the text \"1\"");
  CHECK(truth_of("\"a\" < \"b\"") == "E0211 '<' takes two numbers, but found the text \"a\" and the text \"b\"");
}

TEST_CASE("and, or and not take booleans and stop early") {
  CHECK(truth_of("false and 1 / 0 == 1") == "false");
  CHECK(truth_of("true or 1 / 0 == 1") == "true");
  CHECK(truth_of("not (1 == 2)") == "true");
  CHECK(truth_of("1 and true") == "E0211 a condition is true or false, but this is the integer 1");
  CHECK(truth_of("not 3") == "E0211 'not' takes true or false, but found the integer 3");
}

TEST_CASE("lists are indexed, joined, counted and built") {
  CHECK(value_of("[1, 2, 3][2]") == "3");
  CHECK(value_of("len([1, 2] + [3])") == "3");
  CHECK(value_of("len(0..10)") == "10");
  CHECK(value_of("len(5..2)") == "0");
  CHECK(value_of("[i * i for i in 0..5][4]") == "16");
  CHECK(value_of("[[j + 10 * i for j in 0..3] for i in 0..2][1][2]") == "12");
  CHECK(value_of("[1, 2][2]") == "E0216 index 2 lies outside the list, which has 2 elements");
  CHECK(value_of("[1, 2][-1]") == "E0216 index -1 lies outside the list, which has 2 elements");
  CHECK(value_of("[][0]") == "E0216 the list is empty, so it has no element 0");
  CHECK(value_of("[1][\"a\"]") == "E0211 an index is an integer, but this is the text \"a\"");
  CHECK(value_of("3[0]") == "E0211 only lists and tensors have elements, but this is the integer 3");
}

TEST_CASE("functions of numbers keep integers where they are exact") {
  CHECK(value_of("min(3, 2, 5)") == "2");
  CHECK(value_of("max(3, 2.5)") == "3");
  CHECK(value_of("abs(-3)") == "3");
  CHECK(value_of("floor(-2.5)") == "-3");
  CHECK(value_of("ceil(2.1)") == "3");
  CHECK(value_of("floor_div(-7, 2)") == "-4");
  CHECK(value_of("pow(3, 4)") == "81");
  CHECK(value_of("pow(2, 63)") == "E0212 pow(2, 63) does not fit in 64 bits");
  CHECK(value_of("pow(2, -1)") == "0.5");
  CHECK(value_of("floor(pow(10.0, 30))") == "E0212 floor(1e+30) does not fit in 64 bits");
}

TEST_CASE("functions of floats are correctly rounded, and refuse what has no value") {
  CHECK(value_of("sqrt(2)") == "1.4142135381698608");
  CHECK(value_of("exp(1)") == "2.7182817459106445");
  CHECK(value_of("log(1)") == "0");
  CHECK(value_of("sin(0)") == "0");
  CHECK(value_of("cos(0)") == "1");
  CHECK(value_of("pow(2, 0.5)") == "1.4142135381698608");
  CHECK(value_of("sqrt(-1)") == "E0215 sqrt(-1) is no finite number");
  CHECK(value_of("log(0)") == "E0215 log(0) is no finite number");
}

TEST_CASE("functions check their arguments") {
  CHECK(value_of("len(3)") == "E0211 'len' takes a list, but found the integer 3");
  CHECK(value_of("min(1)") == "E0221 'min' takes at least 2 arguments, but has 1");
  CHECK(value_of("floor(1, 2)") == "E0223 'floor' takes 1 argument, but has 2");
  CHECK(value_of("pow(1, \"a\")") == "E0211 'pow' takes two numbers, but found the text \"a\"");
  CHECK(value_of("len(list = [1])") == "E0203 'len' takes no arguments by name, but a list");
}

TEST_CASE("an if is the value of the branch that its conditions choose") {
  CHECK(value_of("if 1 > 2 { 10 } else if 2 > 1 { 20 } else { 30 }") == "20");
  CHECK(value_of("if x.rank == 3 { let a = 4\n a + 1 } else { 0 }") == "5");
  CHECK(value_of("if true { 1 } else { undefined }") == "E0201 there is no value 'undefined' here");
}

TEST_CASE("texts take in values") {
  CHECK(truth_of(R"("a{1 + 1}b{2.5}{true}{"c"}" == "a2b2.5truec")") == "true");
  CHECK(truth_of(R"("{[1]}" == "")") ==
        "E0211 a text can take in numbers, booleans and texts, but this is the list [1]");
}

TEST_CASE("a tensor's shape is known at compile time") {
  CHECK(value_of("x.channels * 100 + x.height * 10 + x.width") == "488");
  CHECK(value_of("x.shape[2] + len(x.shape) + x.rank") == "14");
  CHECK(value_of("x.length") == "E0204 'length' is a member of [channels, length], but this is a tensor f32[4, 8, 8]");
  CHECK(value_of("x.chanels") == "E0204 a tensor has no member 'chanels'");
  CHECK(value_of("[1].length") == "E0204 only tensors have members, but this is the list [1]");
}

TEST_CASE("constants may stand in any order, but not depend on themselves") {
  CHECK(faults_of("const A = B * 2\nconst B = 3\n" + network("return x * A")) == "");
  CHECK(faults_of("const A = B + 1\nconst B = A + 1\n" + network("return x * A")) ==
        "1:7 E0227 const 'A' depends on itself\n");
}

TEST_CASE("what a few lines ask for has bounds") {
  CHECK(faults_of(network("var y = x\nfor i in 0..2000000 { y = x }\nreturn y")) ==
        "3:1 E0226 unrolled, this file has more than 1000000 statements\n");
  CHECK(faults_of(network("var y = x\nfor i in 0..100000 { y = relu(y) }\nreturn y")) ==
        "3:26 E0226 unrolled, this file has more than 50000 layers\n");
  CHECK(faults_of(network("var l = [1]\nfor i in 0..60 { l = l + l }\nreturn x * len(l)")) ==
        "3:24 E0226 the lists and texts of this file have more than 8000000 elements\n");
  CHECK(faults_of(network("var l = []\nfor i in 0..60 { l = [l] }\nreturn x * len(l)")) ==
        "3:22 E0226 lists nest more than 16 deep\n");
  CHECK(faults_of(network("var s = \"ab\"\nfor i in 0..60 { s = \"{s}{s}\" }\nreturn if s == \"\" { x } else { x }")) ==
        "3:22 E0226 the lists and texts of this file have more than 8000000 elements\n");
  CHECK(faults_of(network("return x * len(0..9223372036854775807)")) ==
        "2:16 E0226 this range is too long: lists may have 8000000 elements\n");
}

TEST_CASE("blocks that call each other twice at every level end at a bound, not at the end of time") {
  std::string text = "block b0(x) { return x }\n";
  for (int i = 1; i < 60; ++i) {
    const std::string below = "b" + std::to_string(i - 1);
    text += "block b" + std::to_string(i) + "(x) { return " + below + "(" + below + "(x)) }\n";
  }
  CHECK(faults_of(text + network("return b59(x)")).find("E0226 unrolled, this file has more than 1000000 statements") !=
        std::string::npos);
}

TEST_CASE("a chain of blocks beyond the bound of their depth is an error") {
  std::string text = "block b0(x) { return x }\n";
  for (int i = 1; i < 3000; ++i)
    text += "block b" + std::to_string(i) + "(x) { return b" + std::to_string(i - 1) + "(x) }\n";
  CHECK(faults_of(text + network("return b2999(x)")).find("E0226 blocks call each other more than 64 deep") !=
        std::string::npos);
}

TEST_CASE("the bounds hold for a file, however many networks it has") {
  std::string text;
  for (int i = 0; i < 3; ++i)
    text += "network f" + std::to_string(i) +
            "(x: f32[4]) -> (y: f32[4]) { var n = 0\nfor i in 0..300000 { n = n + 1 }\nreturn x * n }\n";
  CHECK(faults_of(text) == "5:22 E0226 unrolled, this file has more than 1000000 statements\n");
}

TEST_CASE("lists that share their parts cannot grow beyond what they may be compared or written out to") {
  const std::string grow = "var l = [1]\nfor i in 0..9 { l = [" + [] {
    std::string items = "l";
    for (int i = 0; i < 99; ++i) items += ", l";
    return items;
  }() + "] }\n";
  CHECK(faults_of(network(grow + "return if l == l { x } else { x }")).find("E0226") != std::string::npos);
  CHECK(faults_of(network(grow + "return x * tensor(l)")).find("E0226") != std::string::npos);
}

TEST_CASE("names and paths have a greatest length") {
  const std::string name(1001, 'n');
  CHECK(faults_of(network("let " + name + " = 1\nreturn x")) ==
        "2:5 E0229 this name has 1001 bytes, and a name has at most 255\n");
  CHECK(faults_of(network("return x |> relu as " + name)) ==
        "2:21 E0226 the path of this layer has more than 1000 characters\n");
}

TEST_CASE("a tensor has at most 16 dimensions") {
  CHECK(faults_of("network f(x: f32[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) -> (y: f32[_]) { return "
                  "flatten(x) }") == "1:66 E0263 a tensor has at most 16 dimensions, and this has 17\n");
  CHECK(faults_of(network("return x |> reshape([256] + [1 for i in 0..16]) |> reshape([4, 8, 8])"))
            .find("E0263 reshape: its result would have 17 dimensions, and a tensor has at most 16") !=
        std::string::npos);
}
