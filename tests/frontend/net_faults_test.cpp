// What is wrong with a network: one line a fault, and none that only follows from another.
#include "tests/frontend/check_helpers.hpp"

using namespace cnnc;
using namespace cnnc::check_helpers;

TEST_CASE("faults that have nothing to do with each other are all found in one run, in the order of the text") {
  CHECK(faults_of(network(R"(let a = x |> max_pol(2)
let b = x |> conv("4", kernel = 3)
let c = [1, 2][2]
let d = x |> conv(4, kernel = 40)
return a + b + c + d + missing)")) ==
        "2:14 E0202 there is no operator or block 'max_pol'\n"
        "3:19 E0224 'channels' of conv is an integer, but found the text \"4\"\n"
        "4:16 E0216 index 2 lies outside the list, which has 2 elements\n"
        "5:31 E0235 conv 'conv2': the kernel covers 40 in height, but the input has only 8\n"
        "6:24 E0201 there is no value 'missing' here\n");
}

TEST_CASE("what depends on a fault is silent") {
  CHECK(faults_of(network(R"(let a = x |> max_pol(2)
let n = a.channels * 2
var y = a
if n > 3 { y = tanh(a) }
for i in 0..n { y = y |> conv(n, kernel = 3) }
return y |> reshape([n, n, n]))")) == "2:14 E0202 there is no operator or block 'max_pol'\n");
}

TEST_CASE("a var that an unknown choice may have changed is unknown") {
  CHECK(faults_of(network(R"(var y = x
if mising { y = flatten(y) }
return y |> conv(3, kernel = 3))")) == "3:4 E0201 there is no value 'mising' here\n");
}

TEST_CASE("a fault in a block that is called often is one error, whose note is the call") {
  Checked checked;
  check("block b(x, n) { return x |> conv(n, kernel = 9) }\n" +
            network("var y = x\nfor i in 0..16 { y = b(y, i + 1) }\nreturn y"),
        checked);
  REQUIRE(checked.diagnostics.all().size() == 1);
  CHECK(render(checked.diagnostics.all()[0], checked.sources, false) ==
        "test.net:1:46: error[E0235]: conv 'b1.conv1': the kernel covers 9 in height, but the input has only 8\n"
        "block b(x, n) { return x |> conv(n, kernel = 9) }\n"
        "                                             ^\n"
        "test.net:4:22: note: in this call of block 'b'\n"
        "for i in 0..16 { y = b(y, i + 1) }\n"
        "                     ^\n");
}

TEST_CASE("names are looked up where nothing runs, too") {
  CHECK(faults_of("block never(x) { return x + y }\n" + network("return if 1 > 2 { z } else { x }")) ==
        "1:29 E0201 there is no value 'y' here\n"
        "3:19 E0201 there is no value 'z' here\n");
}

TEST_CASE("an output's name is no variable") {
  CHECK(faults_of(network("let a = relu(x)\nreturn a + y")) == "3:12 E0201 there is no value 'y' here\n");
}

TEST_CASE("a name ends with its scope") {
  CHECK(faults_of(network("if true { let a = 1\nlet _ = a }\nreturn x * a")) ==
        "4:12 E0201 there is no value 'a' here\n");
  CHECK(faults_of(network("for i in 0..2 { let _ = i }\nreturn x * i")) == "3:12 E0201 there is no value 'i' here\n");
}

TEST_CASE("values that nothing uses are warned of, except those that begin with an underscore") {
  CHECK(faults_of("const K = 1\nblock b(x, n) { return x }\n" +
                  network("let a = 1\nlet _b = 2\nvar c = 3\nc = 4\nfor i in 0..1 { }\nreturn b(x, 1)")) ==
        "1:7 W0209 const 'K' is never used\n"
        "2:12 W0209 parameter 'n' is never used\n"
        "4:5 W0209 'a' is never used\n"
        "6:5 W0209 'c' is never read\n");
}

TEST_CASE("only a var can be assigned") {
  CHECK(faults_of("const K = 1\n" + network("x = relu(x)\nK = 2\nfor i in 0..1 { i = 2 }\nz = 3\nreturn x * K")) ==
        "3:1 E0207 'x' cannot be assigned: it is no 'var'\n"
        "4:1 E0207 'K' cannot be assigned: it is no 'var'\n"
        "5:17 E0207 'i' cannot be assigned: it is no 'var'\n"
        "6:1 E0201 there is no value 'z' here\n");
}

TEST_CASE("items of one name are an error, in each of the two namespaces") {
  CHECK(faults_of("const a = 1\nconst a = 2\nblock f(x) { return x * a }\n" + network("return x * a")) ==
        "2:7 E0206 the file already defines 'a'\n"
        "4:9 E0206 the file already defines 'f'\n");
  CHECK(faults_of("network f(x: f32[1], x: f32[1]) -> (y: f32[1], y: f32[1]) { return x, x }") ==
        "1:22 E0206 'x' is already defined in this scope\n"
        "1:48 E0206 there is already an output 'y'\n");
}

TEST_CASE("arguments of blocks are checked like those of operators") {
  const std::string block = "block b(x, n, m = 2) { return x * n * m }\n";
  CHECK(faults_of(block + network("return b(x)")) == "3:8 E0221 block 'b' needs 'n'\n");
  CHECK(faults_of(block + network("return b(x, 1, 2, 3)")) ==
        "3:19 E0223 block 'b' takes 3 arguments, counting what is piped in, but has 4\n");
  CHECK(faults_of(block + network("return x |> b(1, k = 2)")) == "3:18 E0203 block 'b' takes no argument 'k'\n");
  CHECK(faults_of(block + network("return x |> b(1, n = 2)")) == "3:18 E0222 block 'b' has its 'n' already\n");
}

TEST_CASE("arguments of operators have kinds") {
  CHECK(faults_of(network("return x |> conv(4, kernel = 2.5)")) ==
        "2:30 E0224 'kernel' of conv is an integer or a list of integers, but found the number 2.5\n");
  CHECK(faults_of(network("return x |> conv(4, kernel = 3, pad = 1.5)")) ==
        "2:39 E0224 'pad' of conv is an integer, a list of integers, \"same\", \"valid\" or \"causal\", but found the "
        "number 1.5\n");
  CHECK(faults_of(network("return x |> conv(4, kernel = 3, bias = x)")) ==
        "2:40 E0224 conv 'conv1': 'bias' is a tensor that the network computes; weights given in the source are "
        "numbers\n");
  CHECK(faults_of(network("return x |> softmax(axis = true)")) ==
        "2:28 E0224 'axis' of softmax is an integer, but found true\n");
  CHECK(faults_of(network("return x |> leaky_relu(slope = [1])")) ==
        "2:32 E0224 'slope' of leaky_relu is a number, but found the list [1]\n");
  CHECK(faults_of(network("return x |> pad(1, mode = \"reflct\")")) == "2:27 E0224 pad has no mode \"reflct\"\n");
  CHECK(faults_of(network("let _ = x\nreturn relu(3)")) ==
        "3:13 E0224 relu works on a tensor, but found the integer 3\n");
  CHECK(faults_of(network("let _ = x\nreturn relu([1, 2])")) ==
        "3:13 E0224 relu works on a tensor, but this is the list [1, 2]\n");
  CHECK(faults_of(network("let _ = x\nreturn relu()")) == "3:8 E0221 relu needs a tensor to work on\n");
  CHECK(faults_of(network("return add(x)")) == "2:8 E0221 add needs 2 tensors, but has 1\n");
  CHECK(faults_of(network("return x |> batch_norm(bias = false)")) ==
        "2:31 E0224 batch_norm always has 'bias', so this is its numbers, but found false\n");
}

TEST_CASE("arithmetic of tensors takes tensors and numbers") {
  CHECK(faults_of(network("return x + [1, 2]")) ==
        "2:12 E0211 '+' with a tensor takes a tensor or a number, but this is the list [1, 2]\n");
  CHECK(faults_of(network("return x % 2")) == "2:10 E0211 there is no '%' of tensors\n");
  CHECK(faults_of("network f(a: f32[3], b: f32[4]) -> (y: f32[_]) { return a + b }").find("E0239") !=
        std::string::npos);
  CHECK(faults_of("network f(a: u8[3]) -> (y: f32[_]) { return a + 1 }").find("E0231") != std::string::npos);
}

TEST_CASE("a tensor decides nothing at compile time") {
  CHECK(faults_of(network("if x { return x }\nreturn x")) ==
        "2:4 E0217 a condition is a compile-time value, but this is a tensor f32[4, 8, 8]\n");
  CHECK(faults_of(network("return if not x { x } else { x }")).find("E0217 'not' takes true or false") !=
        std::string::npos);
  CHECK(faults_of(network("const c = relu(x)\nreturn c")) ==
        "2:11 E0217 a const is a compile-time value, but this is a tensor f32[4, 8, 8]\n");
}

TEST_CASE("outputs keep their declaration") {
  CHECK(faults_of("network f(x: f32[4]) -> (y: f32[_], z: f32[4]) { return x }") ==
        "1:57 E0219 network 'f' has 2 outputs, but returns 1 value\n");
  CHECK(faults_of("network f(x: f32[4]) -> (y: f32[4]) { return 3 }")
            .find("E0262 output 'y' is f32[4], but this is the integer 3") != std::string::npos);
  CHECK(faults_of("network f(x: u8[4]) -> (y: f32[4]) { return x }") ==
        "1:45 E0262 output 'y' is f32[4], but this is a tensor u8[4]\n");
  CHECK(faults_of("network f(x: f32[4]) -> (y: f32[_, _]) { return x }") ==
        "1:49 E0262 output 'y' is f32[_, _], but this is a tensor f32[4]\n");
}

TEST_CASE("types have extents that can be") {
  CHECK(faults_of("network f(x: f32[-1]) -> (y: f32[_]) { return x }") ==
        "1:18 E0263 a dimension is an integer of at least 1, but this is the integer -1\n");
  CHECK(faults_of("network f(x: f32[2.5]) -> (y: f32[_]) { return x }") ==
        "1:18 E0263 a dimension is an integer of at least 1, but this is the number 2.5\n");
  CHECK(faults_of("network f(x: f32[9223372036854775807, 3]) -> (y: f32[_, _]) { return x }") ==
        "1:14 E0244 a tensor has at most 2147483647 elements, and this would have more than 2^63\n");
  CHECK(faults_of("network f(x: f32[2147483647]) -> (y: f32[_]) { return x }") == "");
}

TEST_CASE("what a layer would need has bounds, too") {
  CHECK(faults_of("network f(x: f32[100000]) -> (y: f32[_]) { return x |> dense(100000) }").find("E0244") !=
        std::string::npos);
  CHECK(
      faults_of("network f(x: f32[4, 8, 8]) -> (y: f32[_, _, _]) { return x |> conv(4611686018427387904, kernel = 1) }")
          .find("E0") != std::string::npos);
}

TEST_CASE("weights in the source must fit") {
  CHECK(faults_of(network("return x |> conv(1, kernel = 1, weight = [1, 2, 3])")) ==
        "2:42 E0225 conv 'conv1': 'weight' has the shape [1, 4, 1, 1], but this is [3]\n");
  CHECK(faults_of(network("return x |> conv(1, kernel = 1, weight = [[1, 2], [3]])")) ==
        "2:42 E0218 this list is not rectangular: a list of 1 stands in it where a list of 2 belongs\n");
  CHECK(faults_of(network("return x |> conv(1, kernel = 1, weight = [1, 2, 3, \"a\"])")) ==
        "2:42 E0218 a list of numbers is wanted, but the text \"a\" stands in it\n");
  CHECK(faults_of(network("return x * tensor([])")) == "2:19 E0218 an empty list makes no tensor\n");
  CHECK(faults_of(network("return x * tensor([4e38])")) == "2:19 E0215 4e+38 is too large for f32\n");
}

TEST_CASE("an index that is a tensor is a scalar of i32") {
  CHECK(faults_of("network f(x: f32[4], i: i32[]) -> (y: f32[]) { return x[i] }") == "");
  CHECK(faults_of("network f(x: f32[4]) -> (y: f32[4]) { return x[x] }") ==
        "1:48 E0230 indexing: an index is a scalar i32[], but 'x' is f32[4]\n");
  CHECK(faults_of("network f(x: f32[4], i: f32[]) -> (y: f32[]) { return x[i] }") ==
        "1:57 E0231 indexing: an index is i32, but 'i' is f32[]\n");
  CHECK(faults_of("network f(x: f32[4], i: i32[]) -> (y: f32[4]) { return x + [1, 2][i] }") ==
        "1:67 E0211 the index of a list is known when the network is compiled, but this is a tensor i32[]\n");
}

TEST_CASE("a body returns, and nothing after that is reached") {
  CHECK(faults_of("block b(x) { let _ = x }\n" + network("return b(x)")) ==
        "1:24 E0260 block 'b' ends without 'return'\n");
  CHECK(faults_of(network("if x.rank == 2 { return x }")) == "3:1 E0260 network 'f' ends without 'return'\n");
  CHECK(faults_of(network("return x\nreturn relu(x)")) == "3:1 W0210 nothing after 'return' is reached\n");
  CHECK(faults_of(network("if x.rank == 3 { relu(x) } else { x }\nreturn x")) ==
        "2:18 W0209 nothing takes the value of this expression\n");
}

TEST_CASE("what later versions will have is refused as such") {
  CHECK(faults_of("network f(x: f32[4]) -> (loss: f32[4]) train { return x }") ==
        "1:40 E0208 'train' is not supported by this version\n");
  CHECK(faults_of("network f(x: f32[4]) -> (y: f32[4], g: weights) { return x, grad(x, wrt = weights) }") ==
        "1:37 E0208 an output of gradients ('weights') is not supported by this version\n"
        "1:61 E0208 'grad' is not supported by this version\n");
  CHECK(faults_of(network("return x + cos(x)")) == "2:12 E0208 'cos' of a tensor is not supported by this version\n");
}

TEST_CASE("text that the parser skipped causes no further faults") {
  const std::string faults =
      faults_of(network("let a = = 3\nvar y = x\ny = ) flatten(y)\nreturn y |> conv(a, kernel = 3)"));
  CHECK(faults.find("E02") == std::string::npos);
  CHECK(faults.find("W02") == std::string::npos);
}

TEST_CASE("a file without a network is an error, an empty one too") {
  CHECK(faults_of("") == "E0264 there is no network in it\n");
  CHECK(faults_of("const a = 1\nblock b(x) { return x * a }") == "E0264 there is no network in it\n");
}
