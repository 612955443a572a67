// Text in, tree out (as ast_printer writes it), or text in, what the user reads.
#include "compiler/frontend/parse.hpp"

#include <string>

#include <doctest/doctest.h>

#include "compiler/frontend/ast_printer.hpp"

using namespace cnnc;

namespace {

struct Parsed {
  std::string tree;
  std::string faults;  ///< "line:column: E0101 message", one a line, and "  hint: …"
};

Parsed parsed(const std::string &text) {
  SourceMap sources;
  const FileId id = sources.add("m.net", text);
  Diagnostics diagnostics;
  Parsed result;
  result.tree = ast::print(parse(sources, id, diagnostics));
  for (const Diagnostic &diagnostic : diagnostics.all()) {
    const LineColumn at = sources.file(id).line_column(diagnostic.span.begin);
    result.faults += std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                     std::string(info(diagnostic.kind).code) + " " + diagnostic.message + "\n";
    if (!diagnostic.hint_.empty()) result.faults += "  hint: " + diagnostic.hint_ + "\n";
  }
  return result;
}

/// The tree of a text without faults.
std::string tree(const std::string &text) {
  const Parsed result = parsed(text);
  CHECK(result.faults == "");
  return result.tree;
}

/// The tree of `const c = text`, less its head.
std::string expr(const std::string &text) {
  const std::string result = tree("const c = " + text);
  REQUIRE(result.substr(0, 10) == "const c = ");
  return result.substr(10, result.size() - 11);
}

/// The faults of a text.
std::string faults(const std::string &text) { return parsed(text).faults; }

/// The tree of a body, less the head and the indentation of its network; columns are those of `text`, lines one more.
std::string in_body(const std::string &text) {
  std::string result = tree("network f(x: f32[3]) -> (y: f32[3]) {\n" + text + "\n}\n");
  result.erase(0, result.find('\n') + 1);
  for (std::size_t at = 0; at < result.size(); at = result.find('\n', at) + 1) result.erase(at, 2);
  return result;
}

std::string body_faults(const std::string &text) {
  return faults("network f(x: f32[3]) -> (y: f32[3]) {\n" + text + "\n}\n");
}

std::string repeated(const std::string &text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

}  // namespace

// -- Items ------------------------------------------------------------------------------------------------------------

TEST_CASE("a file holds networks, blocks, constants and imports, in any order") {
  CHECK(tree("import \"a/b.net\"\nconst n = 3\nblock f(x, k = 2) { return x }\n"
             "network g(x: f32[n, 28]) -> (y: f32[_]) { return f(x) }") ==
        "import \"a/b.net\"\n"
        "const n = 3\n"
        "block f (x, k = 2)\n  return x\n"
        "network g (x: f32[n, 28]) -> (y: f32[_])\n  return (f x)\n");
  CHECK(tree("") == "");
}

TEST_CASE("a network has any number of inputs, several outputs, and perhaps a training form") {
  CHECK(tree("network f(a: u8[3, 4, 4], b: i32[],) -> (loss: f32[], g: weights, y: f32[_, 2 * 3],) train { return a, b "
             "}") ==
        "network f (a: u8[3, 4, 4], b: i32[]) -> (loss: f32[], g: weights, y: f32[_, (* 2 3)]) train\n  return a, b\n");
  CHECK(tree("network f() -> (y: f32[1]) { }") == "network f () -> (y: f32[1])\n");
  CHECK(tree("network train(train: f32[1]) -> (weights: weights[1]) { }") ==
        "network train (train: f32[1]) -> (weights: weights[1])\n");
}

TEST_CASE("documentation is what stands in three slashes right above an item") {
  CHECK(tree("/// One.\n///   Two. \r\nconst a = 1\n//// no\n// no\nconst b = 2\n/// lost\n\n/// found\n\nconst c = 3 "
             "/// no\n") == "doc \"One.\\n  Two.\"\nconst a = 1\nconst b = 2\ndoc \"found\"\nconst c = 3\n");
}

TEST_CASE("comments and lines may stand anywhere between words") {
  CHECK(tree("// größe ±\nconst // x\n  a // y\n = // z\n 1 // end") == "const a = 1\n");
}

TEST_CASE("a byte order mark and CRLF line ends are accepted") {
  CHECK(tree("\xEF\xBB\xBFnetwork f(x: f32[3]) -> (y: f32[3]) {\r\n  let a = x\r\n  return a\r\n}\r\n") ==
        "network f (x: f32[3]) -> (y: f32[3])\n  let a = x\n  return a\n");
}

// -- Statements -------------------------------------------------------------------------------------------------------

TEST_CASE("statements need no separators") {
  CHECK(in_body("let a = 1 var b = a const d = 2\nb = 3 a, b = f(x) return a, b") ==
        "let a = 1\nvar b = a\nconst d = 2\nb = 3\na, b = (f x)\nreturn a, b\n");
  CHECK(in_body("let a, b, c = lstm(x, 3)") == "let a, b, c = (lstm x 3)\n");
}

TEST_CASE("'if' and 'for' are statements with bodies, and 'else if' is one 'if'") {
  CHECK(in_body("for i in 0..n { if i == 0 { a = b } else if i == 1 { } else { a = c } }") ==
        "for i in (.. 0 n)\n  if (== i 0)\n    a = b\n  else if (== i 1)\n  else\n    a = c\n");
}

TEST_CASE("at the start of a statement 'if' is the statement and ends at its last brace") {
  CHECK(in_body("if a { b = 1 } else { b = 2 }\nreturn b") == "if a\n  b = 1\nelse\n  b = 2\nreturn b\n");
  CHECK(body_faults("if a { 1 } else { 2 } + 3") == "2:23: E0101 expected an operator or a new statement, found '+'\n");
}

TEST_CASE("the last expression or 'if' of a branch is its value") {
  CHECK(in_body("let a = if c { let b = 1 b } else if d { 2 } else { if e { 3 } else { 4 } }") ==
        "let a = (if c {let b = 1; value b} else if d {value 2} else {value (if e {value 3} else {value 4})})\n");
  CHECK(in_body("let a = if c { f(x) } else { x } + 1") == "let a = (+ (if c {value (f x)} else {value x}) 1)\n");
}

TEST_CASE("in a body, outside brackets, a line that begins with '(', '[' or '-' starts anew") {
  CHECK(in_body("let a = x +\n  y *\n  -z.b\n  .c\n  |> relu") == "let a = (|> (+ x (* y (- z.b.c))) relu)\n");
  CHECK(body_faults("let a = x\n- y\nreturn a").find("3:1: E0116") == 0);
  CHECK(body_faults("let a = x\n(y)\nreturn a").find("3:1: E0116") == 0);
  CHECK(body_faults("let a = x\n[0]\nreturn a").find("3:1: E0116") == 0);
  CHECK(in_body("let a = (x\n- y)\nlet b = f(x\n- y,\n[1]\n[0])\nlet c =\n-1\nlet d = [\n1\n- 2]") ==
        "let a = (- x y)\nlet b = (f (- x y) (index [1] 0))\nlet c = (- 1)\nlet d = [(- 1 2)]\n");
  CHECK(in_body("let a = f(if c { let b = x\n[1] } else { 2 })").find("{let b = x; value [1]}") != std::string::npos);
  CHECK(tree("const a = 1\n- 2") == "const a = (- 1 2)\n");
}

// -- Expressions ------------------------------------------------------------------------------------------------------

TEST_CASE("operators bind as the language says, and group from left to right") {
  CHECK(expr("a or b and not c == d .. e + f * -g[h].i") ==
        "(or a (and b (not (== c (.. d (+ e (* f (- (index g h).i))))))))");
  CHECK(expr("a - b - c") == "(- (- a b) c)");
  CHECK(expr("a / b * c % d") == "(% (* (/ a b) c) d)");
  CHECK(expr("- - a") == "(- (- a))");
  CHECK(expr("not not a") == "(not (not a))");
  CHECK(expr("(a + b) * c") == "(* (+ a b) c)");
  CHECK(expr("a * b + c..d - e") == "(.. (+ (* a b) c) (- d e))");
  CHECK(expr("a <= b") == "(<= a b)");
  CHECK(expr("a != b") == "(!= a b)");
  CHECK(expr("-x.shape[0]") == "(- (index x.shape 0))");
}

TEST_CASE("a pipeline binds loosest and takes what is at its left whole") {
  CHECK(expr("a + b |> relu |> f(1, k = 2)") == "(|> (+ a b) relu (f 1 k=2))");
  CHECK(expr("a or b |> f") == "(|> (or a b) f)");
  CHECK(expr("(a |> f) |> g") == "(|> a f g)");
  CHECK(expr("(a |> f) + b") == "(+ (|> a f) b)");
  CHECK(expr("f(a |> g, h = b |> i)") == "(f (|> a g) h=(|> b i))");
}

TEST_CASE("'as' and 'share' take paths, bare or quoted") {
  CHECK(expr("conv(x, 3) as layer1.0.conv + 1") == "(+ (conv x 3 as layer1.0.conv) 1)");
  CHECK(expr("x |> f as a.0.1 |> g() as for.in.3x3") == "(|> x (f as a.0.1) (g as for.in.3x3))");
  CHECK(expr("f(x) as \"layer{i + 1}.{j}\"") == "(f x as \"layer{(+ i 1)}.{j}\")");
  CHECK(expr("f(x, share = a.0.b, k = 2)") == "(f x share=a.0.b k=2)");
  CHECK(expr("f(x, share = \"a.{i}\")") == "(f x share=\"a.{i}\")");
  CHECK(expr("f(share)") == "(f share)");
  CHECK(expr("f(x) as a[0]") == "(index (f x as a) 0)");
  CHECK(in_body("let share = 3 let y = f(x)\n  as a\nreturn y") == "let share = 3\nlet y = (f x as a)\nreturn y\n");
}

TEST_CASE("lists, comprehensions and calls allow a comma at the end") {
  CHECK(expr("[]") == "[]");
  CHECK(expr("[1, [2, 3,],]") == "[1, [2, 3]]");
  CHECK(expr("[i * i for i in 0..4]") == "[(* i i) for i in (.. 0 4)]");
  CHECK(expr("[[j for j in i] for i in a]") == "[[j for j in i] for i in a]");
  CHECK(expr("f(a, b = 1,)") == "(f a b=1)");
  CHECK(expr("f()") == "(f)");
}

TEST_CASE("numbers are ints or floats, and a dot in a float has a digit on both sides") {
  CHECK(expr("[0, 007, 9223372036854775807, -9223372036854775808]") ==
        "[0, 7, 9223372036854775807, -9223372036854775808]");
  CHECK(expr("[0.5, 1e-5, 2E+3, 1.25e2, 1e-400, 0.1]") == "[0.5, 1e-05, 2000, 125, 0, 0.1]");
  CHECK(expr("0..4") == "(.. 0 4)");
  CHECK(expr("0.5..1.5") == "(.. 0.5 1.5)");
  CHECK(faults("const a = 9223372036854775808") == "1:11: E0108 9223372036854775808 does not fit into 64 bits\n");
  CHECK(faults("const a = 5 - 9223372036854775808") == "1:15: E0108 9223372036854775808 does not fit into 64 bits\n");
  CHECK(faults("const a = 5 - 9223372036854775808 * 2") ==
        "1:15: E0108 9223372036854775808 does not fit into 64 bits\n");
  CHECK(tree("const a = 1\n- -9223372036854775808") == "const a = (- 1 -9223372036854775808)\n");
  CHECK(faults("const a = 1e309") == "1:11: E0108 1e309 is beyond the largest float\n");
  CHECK(faults("const a = 1" + repeated("0", 400) + ".0").find("E0108") != std::string::npos);
  CHECK(faults("const a = 1e99999999999999999999").find("E0108") != std::string::npos);
  CHECK(expr("[1e-99999999999999999999, 0." + repeated("0", 400) + "1]") == "[0, 0]");
  CHECK(faults("const a = 3x3\nconst b = 1_000\nconst c = 1e") ==
        "1:11: E0107 '3x3' is no number\n2:11: E0107 '1_000' is no number\n3:11: E0107 '1e' is no number\n");
}

TEST_CASE("strings know escapes and inserted expressions, which may hold strings") {
  CHECK(expr(R"("a\n\t\"\\\{}")") == R"("a\n\t\"\\\{}")");
  CHECK(expr("\"größe 畳\"") == "\"größe 畳\"");
  CHECK(expr("\"\"") == "\"\"");
  CHECK(expr("\"{a}-{b + 1}\"") == "\"{a}-{(+ b 1)}\"");
  CHECK(expr("\"{\"{x}\"}\"") == "\"{\"{x}\"}\"");
  CHECK(expr("\"{if a { 1 } else { 2 }}\"") == "\"{(if a {value 1} else {value 2})}\"");
}

TEST_CASE("keywords end where letters end, and words of other languages are names") {
  CHECK(expr("lettuce + iffy + nothing + trueish + in_") == "(+ (+ (+ (+ lettuce iffy) nothing) trueish) in_)");
  CHECK(in_body("let t=relu(x)\nlet int = t\nlet train = 1\nlet weights = 2\nlet _ = 3") ==
        "let t = (relu x)\nlet int = t\nlet train = 1\nlet weights = 2\nlet _ = 3\n");
  CHECK(body_faults("lett = 1") == "");
  CHECK(body_faults("let in = 1") ==
        "2:5: E0101 expected a name, found 'in'\n  hint: 'in' is a keyword, which cannot be a name\n");
  // The words that begin items, too: the body does not end at them.
  for (const std::string word : {"network", "block", "import"})
    for (const char *after : {" = 1", ", b = x", "\nlet b = 2\nif b > 1 { let c = 3 }"})
      CHECK(body_faults("let " + word + after) == "2:5: E0101 expected a name, found '" + word + "'\n  hint: '" + word +
                                                      "' is a keyword, which cannot be a name\n");
  CHECK(body_faults("block = 1\nlet a = 2") == "2:1: E0101 expected a statement, found 'block'\n");
  CHECK(body_faults("let a = f(block, 1)\nlet b = x |> network\nlet import, c = 1") ==
        "2:11: E0101 expected an argument, found 'block'\n"
        "3:14: E0101 expected the name of an operator or block, found 'network'\n"
        "  hint: write 'x |> relu' or 'x |> conv(8, kernel = 3)'\n"
        "4:5: E0101 expected a name, found 'import'\n  hint: 'import' is a keyword, which cannot be a name\n");
}

// -- Faults -----------------------------------------------------------------------------------------------------------

TEST_CASE("seven independent faults give seven errors, in the order of the text") {
  CHECK(faults("const a =\n"
               "network f(x f32[3]) -> (y: f32[3]) {\n"
               "  let b = relu(x\n"
               "  let c = b b\n"
               "  if x = 3 { b = c }\n"
               "  for i 0..4 { x = + }\n"
               "  return f(x, k = )\n"
               "}\n"
               "block g(x) { return x |> relu + 1 }\n") ==
        "1:10: E0101 expected an expression after '='\n"
        "2:13: E0101 expected ':', found 'f32'\n"
        "3:17: E0101 expected ',' or ')' after 'x'\n"
        "4:13: E0101 expected an operator or a new statement, found 'b'\n"
        "5:8: E0101 expected '{', found '='\n"
        "  hint: to compare, write '=='\n"
        "6:9: E0101 expected 'in', found '0'\n"
        "7:19: E0101 expected an expression, found ')'\n"
        "9:31: E0114 '+' cannot follow a step of a pipeline\n"
        "  hint: put the pipeline in parentheses: '(x |> relu) + y'\n");
}

TEST_CASE("what is right beside a fault is kept in the tree") {
  CHECK(parsed("network f(x: f32[3]) -> (y: f32[3]) {\n  let = 1\n  let a = 2\n  if a { b = } else { d = 1 }\n}\nconst "
               "c = 3")
            .tree ==
        "network f (x: f32[3]) -> (y: f32[3])\n  <error>\n  let a = 2\n  if a\n    <error>\n  else\n    d = 1\nconst c "
        "= 3\n");
}

TEST_CASE("a network with a faulty head is an error item, but its body is read") {
  const Parsed result = parsed("network f(x f32[3]) -> (y: f32[3]) { let = 1 }\nconst c = 3");
  CHECK(result.tree == "<error>\nconst c = 3\n");
  CHECK(result.faults == "1:13: E0101 expected ':', found 'f32'\n1:42: E0101 expected a name, found '='\n");
}

TEST_CASE("a bracket that is never closed is shown where it opens, once") {
  CHECK(faults("network f(x: f32[3]) -> (y: f32[3]) {\n  for i in x {\n    let y = x\n  return x\n}\n") ==
        "1:37: E0111 '{' is never closed\n");
  CHECK(faults("block f(x) { return x\nblock g(x) { return x }") == "1:12: E0111 '{' is never closed\n");
  CHECK(faults("block f(x) { return g(x") == "1:22: E0111 '(' is never closed\n");
  CHECK(faults("block f(x) { let a =") == "1:21: E0101 expected an expression after '='\n");
  CHECK(parsed("block f(x) { return x\nblock g(x) { return x }").tree ==
        "block f (x)\n  return x\nblock g (x)\n  return x\n");
}

TEST_CASE("an item in a body that is closed is itself what is wrong") {
  const std::string hint = "  hint: networks, blocks and imports stand side by side, not in the body of another\n";
  CHECK(body_faults("block g(x) {\n  let a = x\n  return a\n}\nlet b = relu(x)\nreturn b") ==
        "2:1: E0101 expected a statement, found 'block'\n" + hint);
  CHECK(body_faults("if true {\nimport \"a.net\"\n}\nlet = 1") ==
        "3:1: E0101 expected a statement, found 'import'\n" + hint + "5:5: E0101 expected a name, found '='\n");
  // As many braces as bodies are open, or one was forgotten.
  CHECK(faults("block f(x) {\n  if x {\n    return x\n}\nblock g(x) { return x }\n") ==
        "1:12: E0111 '{' is never closed\n");
  CHECK(faults("block f(x) { " + repeated("block g(x) { } ", 100000) + "}").find("E0103") != std::string::npos);
}

TEST_CASE("after a step of a pipeline stands no operator") {
  for (const char *op : {"+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or", ".."})
    CHECK(body_faults("let a = x |> relu " + std::string(op) + " y").find("2:19: E0114 ") == 0);
  CHECK(body_faults("let a = x |> split(2)[0]").find("2:22: E0114 ") == 0);
  CHECK(body_faults("let a = x |> f.shape").find("2:15: E0114 ") == 0);
  CHECK(body_faults("let a = x |> f()(3)").find("2:17: E0114 ") == 0);
  CHECK(body_faults("let a = x |> 3") ==
        "2:14: E0101 expected the name of an operator or block, found '3'\n"
        "  hint: write 'x |> relu' or 'x |> conv(8, kernel = 3)'\n");
}

TEST_CASE("'as' after anything but a call or a step is an error") {
  for (const char *text : {"x as a", "(f(x)) as a", "f(x)[0] as a", "f(x) as a as b", "x |> f as a as b", "1 as a",
                           "f(x).shape as a", "x + y as a", "if c { f(x) } else { x } as a", "[f(x)] as a"})
    CHECK(body_faults("let z = " + std::string(text)).find("E0113") != std::string::npos);
}

TEST_CASE("a path is well formed and either bare or quoted") {
  CHECK(body_faults("let a = f(x) as layer.\"{i}\"").find("2:17: E0112") == 0);
  CHECK(body_faults("let a = f(x) as \"layer\".0").find("2:24: E0112") == 0);
  CHECK(body_faults("let a = f(x) as b.").find("2:17: E0112") == 0);
  CHECK(body_faults("let a = f(x) as 1e-5").find("2:17: E0112") == 0);
  CHECK(body_faults("let a = f(x) as\nreturn a") == "2:16: E0101 expected a path after 'as'\n");
  CHECK(body_faults("let a = f(x, share = 1 + 2)") == "2:24: E0101 expected ',' or ')', found '+'\n");
}

TEST_CASE("comparisons do not chain") {
  CHECK(faults("const a = 1 < 2 < 3") ==
        "1:17: E0115 comparisons cannot be chained\n  hint: join two comparisons by 'and'\n");
  CHECK(faults("const a = 1 == 2 != 3").find("1:18: E0115") == 0);
}

TEST_CASE("an expression alone is a statement nowhere but at the end of a branch") {
  CHECK(body_faults("relu(x)\nreturn x") ==
        "2:1: E0116 an expression alone is no statement\n  hint: bind it with 'let', or 'return' it\n");
  CHECK(body_faults("let a = if c { f(x)\n1 } else { 2 }") ==
        "2:16: E0116 an expression alone is no statement\n  hint: the value of a branch stands last in it\n");
  CHECK(body_faults("let a = if c { 1 2 } else { 3 }") ==
        "2:18: E0101 expected an operator or a new statement, found '2'\n");
  CHECK(body_faults("x[0] = 3") ==
        "2:6: E0101 nothing can be assigned to this expression\n  hint: only whole variables can be assigned\n");
  CHECK(body_faults("x += 3") ==
        "2:4: E0101 expected an expression, found '='\n  hint: there is no assignment with an operator: write 'x = x + "
        "1'\n");
}

TEST_CASE("what other languages write is named with what is meant here, and read on") {
  const Parsed result = parsed("const a = b && !c || d;\nconst e = 1 \xE2\x88\x92 2 # f\n");
  CHECK(result.tree == "const a = (or (and b (not c)) d)\nconst e = (- 1 2)\n");
  CHECK(result.faults ==
        "1:13: E0104 '&&' has no meaning here\n  hint: write 'and'\n"
        "1:16: E0104 '!' has no meaning here\n  hint: write 'not'\n"
        "1:19: E0104 '||' has no meaning here\n  hint: write 'or'\n"
        "1:23: E0104 ';' has no meaning here\n  hint: statements end without a ';'\n"
        "2:13: E0104 '\xE2\x88\x92' has no meaning here\n  hint: write '-'\n"
        "2:17: E0104 '#' has no meaning here\n  hint: comments begin with '//'\n");
  CHECK(faults("const a = 'b'").find("1:11: E0104 ''' has no meaning here\n  hint: strings stand in double quotes\n") ==
        0);
}

TEST_CASE("letters beyond ASCII are one fault a word") {
  CHECK(faults("const größeé = 1\nconst 畳 = 2") ==
        "1:9: E0104 the character 'ö' cannot stand in a name\n"
        "  hint: names consist of the letters a to z, A to Z, digits and '_'\n"
        "2:7: E0104 the character '畳' cannot stand in a name\n"
        "  hint: names consist of the letters a to z, A to Z, digits and '_'\n");
}

TEST_CASE("bytes that are no text are reported once, wherever they stand") {
  CHECK(faults("// \xFF\xFE\nconst a = \"\xC0\"\n") ==
        "1:4: E0105 the byte FF is not UTF-8 here\n  hint: save the file as UTF-8\n");
  CHECK(faults(std::string("const a = 1\0\0\n// \0", 19)) ==
        "1:12: E0104 the text holds a NUL byte\n  hint: a .net file is plain text in UTF-8\n");
  CHECK(faults("\xED\xA0\x80").find("1:1: E0105") == 0);
}

TEST_CASE("a string ends with its line") {
  CHECK(faults("const a = \"abc\nconst b = 1") ==
        "1:11: E0109 this string does not end in its line\n  hint: it ends with '\"'\n");
  CHECK(parsed("const a = \"abc\nconst b = 1").tree == "const a = \"abc\"\nconst b = 1\n");
  CHECK(faults("const a = \"abc{d\"\nconst b = 1") ==
        "1:11: E0109 this string does not end in its line\n  hint: it ends with '\"'\n");
  CHECK(faults("const a = \"\\").find("E0109") != std::string::npos);
  CHECK(faults("const a = \"\\q\"") ==
        "1:12: E0110 strings know no escape '\\q'\n  hint: there are \\n, \\t, \\\", \\\\, \\{ and \\}\n");
}

// -- Limits -----------------------------------------------------------------------------------------------------------

TEST_CASE("a hundred levels of every bracket are read, in no time") {
  const auto nest = [](const std::string &open, const std::string &core, const std::string &close) {
    return faults("const a = " + repeated(open, 100) + core + repeated(close, 100));
  };
  CHECK(nest("(", "1", ")") == "");
  CHECK(nest("[", "1", "]") == "");
  CHECK(nest("f(1, k = ", "1", ")") == "");
  CHECK(nest("x[", "1", "]") == "");
  CHECK(nest("\"{", "1", "}\"") == "");
  CHECK(nest("if a { ", "1", " } else { 2 }") == "");
  CHECK(nest("[", "1", " for i in x]") == "");
  CHECK(nest("-(not ", "1", ")") == "");
  CHECK(body_faults(repeated("for i in x { if y { ", 50) + repeated("} }", 50)) == "");
}

TEST_CASE("deeper nesting is one clean error, and long chains are no nesting") {
  for (const char *open : {"(", "[", "-", "not ", "f(", "x[", "if a { ", "if ", "[x for i in ", "f(k = "}) {
    CAPTURE(open);
    const std::string found = faults("const a = " + repeated(open, 100000) + "1");
    CHECK(found.find("E0106") != std::string::npos);
    CHECK(found.find("E01", found.find("E0106") + 1) == std::string::npos);
  }
  CHECK(faults("const a = " + repeated("\"{", 1000) + "1" + repeated("}\"", 1000)).find("E0106") != std::string::npos);
  CHECK(body_faults(repeated("for i in x { ", 100000)).find("E0106") != std::string::npos);
  CHECK(faults("const a = x" + repeated(" |> relu", 100000)) == "");
  CHECK(faults("const a = x" + repeated(" + 1", 900)) == "");
  CHECK(faults("const a = x" + repeated(" + 1", 100000)).find("E0106 this nests more than 1000 deep") !=
        std::string::npos);
  CHECK(faults("const a = x" + repeated("[0]", 100000)).find("E0106") != std::string::npos);
  CHECK(body_faults("if a { }" + repeated(" else if a { }", 10000)) == "");
}

TEST_CASE("nested statements and chains together stay below the bound on height") {
  const std::string wide = repeated("1 + ", 900);
  CHECK(faults("const a = " + wide + "if c { " + wide + "1 } else { 2 }").find("E0106") == std::string::npos);
  CHECK(faults("const a = if c { if d { 1 } else { 2 } } else { 3 }" + repeated(" + 1", 999)).find("E0106") !=
        std::string::npos);
}

TEST_CASE("after fifty faults the rest is not looked at") {
  const std::string found = faults(repeated("const =\n", 1000));
  CHECK(found.find("50:7: E0101") != std::string::npos);
  CHECK(found.find("51:7: E0103 more than 50 faults: the rest is not looked at\n") != std::string::npos);
  CHECK(found.find("52:") == std::string::npos);
  CHECK(faults(repeated("@", 1000)).find("E0103") != std::string::npos);
}

TEST_CASE("a text beyond the limit is not read") {
  CHECK(faults(std::string(max_source_bytes + 1, '\n')) ==
        "1:1: E0404 is too large: it has 8388609 bytes, at most 8388608 can be read\n");
  CHECK(faults(std::string(max_source_bytes, '\n')) == "");
}

// -- Spans ------------------------------------------------------------------------------------------------------------

TEST_CASE("spans cover their node and nothing around it") {
  const std::string text = "const a = ( b + f(c , 2) as d.0 ) // x\n";
  SourceMap sources;
  const FileId id = sources.add("m.net", text);
  Diagnostics diagnostics;
  const ast::File file = parse(sources, id, diagnostics);
  const auto at = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
  const auto *constant = file.items.at(0).as<ast::Constant>();
  REQUIRE(constant);
  CHECK(at(file.items[0].span) == "const a = ( b + f(c , 2) as d.0 )");
  CHECK(at(constant->name.span) == "a");
  CHECK(at(constant->value->span) == "( b + f(c , 2) as d.0 )");
  const auto *sum = constant->value->as<ast::Binary>();
  REQUIRE(sum);
  CHECK(at(sum->op_span) == "+");
  CHECK(at(sum->left->span) == "b");
  CHECK(at(sum->right->span) == "f(c , 2) as d.0");
  const auto *call = sum->right->as<ast::Call>();
  REQUIRE(call);
  CHECK(at(call->span) == "f(c , 2) as d.0");
  CHECK(at(call->callee.span) == "f");
  CHECK(at(call->arguments.at(1).span) == "2");
  REQUIRE(call->label);
  CHECK(at(call->label->span) == "d.0");
}
