// The canonical form: what it looks like, and that it changes nothing else.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "compiler/frontend/format.hpp"

namespace cnnc {

namespace {

/// The canonical form of a text; its faults as codes if it has any.
std::string formatted(const std::string &text) {
  SourceMap sources;
  Diagnostics diagnostics;
  const auto result = format_source(sources, sources.add("test.net", text), diagnostics);
  std::string codes;
  for (const Diagnostic &diagnostic : diagnostics.all()) codes += std::string(info(diagnostic.kind).code) + " ";
  CHECK(result.has_value() == !diagnostics.has_errors());
  return result ? *result : codes;
}

/// In a body: the form of these statements, without the lines around them.
std::string body(const std::string &statements) {
  const std::string text = formatted("block b(x) {\n" + statements + "\n}\n");
  const std::string head = "block b(x) {\n";
  REQUIRE(text.rfind(head, 0) == 0);
  return text.substr(head.size(), text.size() - head.size() - 2);
}

void keeps(const std::string &text) { CHECK(formatted(text) == text); }

/// Every text of the project that is a network: files, and blocks of the documentation.
std::vector<std::pair<std::string, std::string>> project_texts() {
  std::vector<std::pair<std::string, std::string>> texts;
  const std::filesystem::path root = CNNC_SOURCE_DIR;
  std::set<std::filesystem::path> files;
  for (const char *folder : {"examples", "tests", "docs"})
    for (const auto &entry : std::filesystem::recursive_directory_iterator(root / folder))
      if (entry.path().extension() == ".net" || entry.path().extension() == ".md") files.insert(entry.path());
  for (const auto &path : files) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream stream;
    stream << file.rdbuf();
    if (path.extension() == ".net") texts.emplace_back(path.string(), stream.str());
    std::string line, block;
    bool inside = false;
    while (path.extension() == ".md" && std::getline(stream, line)) {
      if (inside && line == "```") texts.emplace_back(path.string(), block);
      if (inside) block += line + "\n";
      if (line.rfind("```net", 0) == 0) block.clear();
      inside = line.rfind("```", 0) == 0 ? line.rfind("```net", 0) == 0 : inside;
    }
  }
  return texts;
}

}  // namespace

TEST_CASE("canonical texts stay as they are") {
  keeps("");
  keeps(R"(/// LeNet-5, after LeCun et al., 1998.
network lenet5(image: f32[1, 28, 28]) -> (scores: f32[10]) {
  let features = image
    |> conv(6, kernel = 5, pad = 2) as conv1 |> tanh
    |> avg_pool(2)
    |> conv(16, kernel = 5) as conv2 |> tanh
    |> avg_pool(2)
  let logits = features |> flatten
    |> dense(120) as fc1 |> tanh
    |> dense(84)  as fc2 |> tanh
    |> dense(10)  as fc3
  return softmax(logits)
}
)");
  keeps(R"(block basic(x, channels, stride = 1) {
  let y = x
    |> conv(channels, kernel = 3, stride = stride, pad = 1, bias = false) as conv1
    |> batch_norm as bn1 |> relu
    |> conv(channels, kernel = 3, pad = 1, bias = false) as conv2
    |> batch_norm as bn2
  let skip = if stride != 1 or x.channels != channels {
    x |> conv(channels, kernel = 1, stride = stride, bias = false) as downsample.0
      |> batch_norm as downsample.1
  } else { x }
  return relu(y + skip)
}

network resnet18(image: f32[3, 224, 224]) -> (scores: f32[1000]) {
  var x = image |> conv(64, kernel = 7, stride = 2, pad = 3, bias = false) as conv1
                |> batch_norm as bn1 |> relu |> max_pool(3, stride = 2, pad = 1)
  const widths = [64, 128, 256, 512]
  for stage in 0..4 {
    for i in 0..2 {
      x = basic(x, widths[stage], stride = if i == 0 and stage > 0 { 2 } else { 1 })
            as "layer{stage + 1}.{i}"
    }
  }
  return x |> global_avg_pool |> flatten |> dense(1000) as fc |> softmax
}
)");
}

TEST_CASE("blanks between words") {
  CHECK(formatted("const  a=[ 1,-2 ,3.5 ]") == "const a = [1, -2, 3.5]\n");
  CHECK(formatted("block b( x,n=-1 ){return x|>f( n,k=2 )as p.0}") ==
        "block b(x, n = -1) { return x |> f(n, k = 2) as p.0 }\n");
  CHECK(formatted("network f(x:f32[ 2,_ ])->(y:f32[ ],g:weights)train{return x,x}") ==
        "network f(x: f32[2, _]) -> (y: f32[], g: weights) train { return x, x }\n");
  CHECK(body("let a=-x*( y-z )/-2%3") == "  let a = -x * (y - z) / -2 % 3\n");
  CHECK(body("let a=not( b==c )and d<=e or f>=g") == "  let a = not (b == c) and d <= e or f >= g\n");
  CHECK(body("let a=[ i*2 for i in 0 .. n ] [ 1 ] . shape [ - 1 ]") ==
        "  let a = [i * 2 for i in 0..n][1].shape[-1]\n");
  CHECK(body("let a=\"a{ b+c }\"+b") == "  let a = \"a{ b+c }\" + b\n");  // strings as they are
}

TEST_CASE("every statement has its line") {
  CHECK(body("let a=1 let b=2 return a,b") == "  let a = 1\n  let b = 2\n  return a, b\n");
  CHECK(body("if a{b=1}else{b=2}") == "  if a { b = 1 } else { b = 2 }\n");
  CHECK(body("if a{b=1}else if c{\nb=2}") == "  if a { b = 1 } else if c {\n    b = 2\n  }\n");
  CHECK(body("for i in 0..3{x=x+i y=x}") == "  for i in 0..3 {\n    x = x + i\n    y = x\n  }\n");
  CHECK(body("let y=if a{let b=1 b}else{-x}") == "  let y = if a {\n    let b = 1\n    b\n  } else { -x }\n");
  CHECK(formatted("block b(x) {\n\n\n}\n") == "block b(x) {}\n");
}

TEST_CASE("around a body of several lines, others have lines of their own, too") {
  CHECK(body("y = if a { if b { c = 1 d } else { 2 } } else { 3 }") ==
        "  y = if a {\n"
        "    if b {\n"
        "      c = 1\n"
        "      d\n"
        "    } else { 2 }\n"
        "  } else { 3 }\n");
}

TEST_CASE("blank lines: at most one, none at the ends of a body") {
  CHECK(formatted("\n\nconst a = 1\n\n\n\nconst b = 2\nconst c = 3\n\n") ==
        "const a = 1\n\nconst b = 2\nconst c = 3\n");
  CHECK(body("\n\n  let a = 1\n\n\n  let b = 2\n\n") == "  let a = 1\n\n  let b = 2\n");
}

TEST_CASE("comments stay where they are") {
  keeps(
      "// first\n\n// second\nconst a = 1  // behind\n\n/// Documentation.\nblock b(x) {  // of a body\n"
      "  // above\n  return x  // of a statement\n  // below\n}\n// last\n");
  keeps("const table = [\n  [1, 2],  // one\n  // between\n  [3, 4],\n  // end\n]\n");
  CHECK(body("return x  // piped\n// own\n|> relu // step\n|> tanh") ==
        "  return x  // piped\n    // own\n    |> relu  // step\n    |> tanh\n");
  CHECK(body("if a { // then\nb = 1 } // before else\nelse { b = 2 }") ==
        "  if a {  // then\n    b = 1\n  }  // before else\n  else { b = 2 }\n");
  CHECK(formatted("// only a comment") == "// only a comment\n");
  CHECK(formatted("const a = 1 // tail   \t\r\n") == "const a = 1  // tail\n");
}

TEST_CASE("pipelines: steps below the first, or further in than the line, as the author has it") {
  CHECK(body("let y = x |> a\n          |> b") == "  let y = x |> a\n            |> b\n");
  CHECK(body("let y = x |> a\n |> b") == "  let y = x |> a\n    |> b\n");
  CHECK(body("let y = f(x |> a\n |> b, z)") == "  let y = f(x |> a\n              |> b, z)\n");
  CHECK(body("return x\n|> dense(100) as a |> relu\n|> dense(5) as b\n|> conv(1) as c") ==
        "  return x\n    |> dense(100) as a |> relu\n    |> dense(5)   as b\n    |> conv(1) as c\n");
}

TEST_CASE("lists and arguments that the author broke") {
  CHECK(formatted("const a = [\n[1,2],\n[3,4]]") == "const a = [\n  [1, 2],\n  [3, 4]\n]\n");
  CHECK(formatted("const a = [[1,2],\n[3,4]]") == "const a = [[1, 2],\n           [3, 4]]\n");
  CHECK(body("return concat(a,\nb)") == "  return concat(a,\n                b)\n");
}

TEST_CASE("lines beyond 120 columns are broken where they are loosest") {
  const std::string call = "conv(128, kernel = 3, dilation = 1, pad = 1, bias = false)";
  CHECK(body("let y = x |> " + call + " |> relu |> " + call + " |> relu") ==
        "  let y = x |> " + call + " |> relu\n            |> " + call + " |> relu\n");
  const std::string long_name(60, 'a');
  CHECK(body("let y = f(" + long_name + ", " + long_name + ")") ==
        "  let y = f(" + long_name + ",\n            " + long_name + ")\n");
  CHECK(body("let y = " + long_name + " + " + long_name) == "  let y = " + long_name + " +\n      " + long_name + "\n");
  // No line may begin with what would be a new statement.
  const std::string shorter(54, 'a');
  CHECK(body("let y = " + shorter + " - (" + shorter + ")") ==
        "  let y =\n      " + shorter + " - (" + shorter + ")\n");
  CHECK(body("for i in 0..3 { x = x |> " + call + " |> relu |> dense(1000) |> leaky_relu }") ==
        "  for i in 0..3 {\n    x = x |> " + call + " |> relu |> dense(1000) |> leaky_relu\n  }\n");
  CHECK(formatted(
            "network f(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: f32[3, 100, 100], bbbbbbbbb: f32[3, 100, 100]) -> "
            "(cccccccccccc: f32[_]) {}") ==
        "network f(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: f32[3, 100, 100], bbbbbbbbb: f32[3, 100, 100])\n"
        "    -> (cccccccccccc: f32[_]) {}\n");
  // Columns are characters.
  std::string wide;
  for (int i = 0; i < 80; ++i) wide += "é";
  CHECK(body("let y = f(\"" + wide + "\", 1234567890)") == "  let y = f(\"" + wide + "\", 1234567890)\n");
}

TEST_CASE("a text with faults has no canonical form") {
  CHECK(formatted("block b(x) { return relu(x }") == "E0101 ");
  CHECK(formatted("const a = \"\xff\"") == "E0105 ");
}

TEST_CASE("line ends of other systems, tabs and a byte order mark") {
  CHECK(formatted("\xEF\xBB\xBF"
                  "block b(x) {\r\n\treturn x\r\n}\r\n") == "block b(x) {\n  return x\n}\n");
}

TEST_CASE("all networks of the project: the form is its own, and format_source checks that nothing else changed") {
  const auto texts = project_texts();
  CHECK(texts.size() > 100);
  for (const auto &[name, text] : texts) {
    CAPTURE(name);
    SourceMap sources;
    Diagnostics diagnostics;
    const auto once = format_source(sources, sources.add(name, text), diagnostics);
    if (!once) continue;  // it is there for its faults
    CHECK(*format_source(sources, sources.add(name, *once), diagnostics) == *once);
  }
}

}  // namespace cnnc
