// Tensors that the source makes of files, and weights that are no layer's.
#include <cmath>
#include <filesystem>

#include "compiler/frontend/weights.hpp"
#include "source_folder.hpp"
#include "weights_files.hpp"

namespace cnnc {

namespace {

using check_helpers::faults_of;
using check_helpers::graph_of;
using check_helpers::SourceFolder;
using check_helpers::weights_of;

template <class T>
std::string bytes_of(const std::vector<T> &numbers) {
  return {reinterpret_cast<const char *>(numbers.data()), numbers.size() * sizeof(T)};
}

/// The numbers of the constants of a graph, in order.
std::vector<std::vector<double>> constants_of(const Graph &graph) {
  std::vector<std::vector<double>> result;
  for (const Value &value : graph.values)
    if (value.kind == ValueKind::constant) result.push_back(value.data.tensor().data);
  return result;
}

std::string network_of(const std::string &expression) {
  return "network f(x: f32[2]) -> (y: f32[_]) { return x + " + expression + " }\n";
}

}  // namespace

TEST_CASE("load makes a constant of f32, whatever the file's dtype") {
  const SourceFolder folder;
  const struct {
    const char *dtype;
    std::string bytes;
  } cases[] = {
      {"<f4", bytes_of<float>({1.5F, -2})},
      {"<f8", bytes_of<double>({1.5, -2})},
      {"<f2", bytes_of<std::uint16_t>({0x3e00, 0xc000})},
      {">f4", std::string("\x3f\xc0\0\0\xc0\0\0\0", 8)},
  };
  for (const auto &[dtype, bytes] : cases) {
    CAPTURE(dtype);
    folder.write("a.npy", npy_of(dtype, "(2,)", bytes));
    folder.write("f.net", network_of("load(\"a.npy\")"));
    const Graph graph = folder.load("f.net").graphs[0];
    CHECK(constants_of(graph) == std::vector<std::vector<double>>{{1.5, -2}});
  }
  const std::pair<const char *, std::string> integers[] = {{"<i8", bytes_of<std::int64_t>({3, -2})},
                                                           {"<i4", bytes_of<std::int32_t>({3, -2})},
                                                           {"<i2", bytes_of<std::int16_t>({3, -2})},
                                                           {"|i1", bytes_of<std::int8_t>({3, -2})}};
  for (const auto &[dtype, bytes] : integers) {
    CAPTURE(dtype);
    folder.write("a.npy", npy_of(dtype, "(2,)", bytes));
    CHECK(constants_of(folder.load("f.net").graphs[0]) == std::vector<std::vector<double>>{{3, -2}});
  }
  folder.write("a.npy", npy_of("<f8", "(2,)", bytes_of<double>({0.1, 1e-60})));
  CHECK(constants_of(folder.load("f.net").graphs[0])[0] == std::vector<double>{static_cast<double>(0.1F), 0});
}

TEST_CASE("a file is loaded once, and relative to the file in which load stands") {
  const SourceFolder folder;
  folder.write("a.npy", npy_of("<f4", "(2,)", bytes_of<float>({1, 2})));
  folder.write("lib/a.npy", npy_of("<f4", "(2,)", bytes_of<float>({3, 4})));
  folder.write("lib/lib.net",
               "const offset = load(\"a.npy\")\nblock shifted(x, name) { return x + load(name) + offset }\n");
  folder.write("f.net",
               "import \"lib/lib.net\"\nconst mine = load(\"a.npy\")\n"
               "network f(x: f32[2]) -> (y: f32[2]) { return shifted(x, \"a.npy\") + mine + load(\"a.npy\") }\n"
               "network g(x: f32[2]) -> (y: f32[2]) { return x - mine }\n");
  const Networks networks = folder.load("f.net");
  CHECK(constants_of(networks.graphs[0]) == std::vector<std::vector<double>>{{3, 4}, {1, 2}});
  CHECK(constants_of(networks.graphs[1]) == std::vector<std::vector<double>>{{1, 2}});
  CHECK(networks.files_loaded.size() == 2);
}

TEST_CASE("what is loaded can be a weight, of fewer dimensions too") {
  const SourceFolder folder;
  folder.write("w.npy", npy_of("<f4", "(3, 2)", bytes_of<float>({1, 2, 3, 4, 5, 6})));
  folder.write("v.npy", npy_of("<f4", "(6,)", bytes_of<float>({1, 2, 3, 4, 5, 6})));
  for (const char *file : {"w.npy", "v.npy"}) {
    folder.write("f.net", std::string("network f(x: f32[2]) -> (y: f32[3]) { return x |> dense(3, weight = load(\"") +
                              file + "\"), bias = false) }\n");
    const Graph graph = folder.load("f.net").graphs[0];
    CHECK(graph.values[static_cast<std::size_t>(graph.weights[0])].given_in_source);
    CHECK(wanted_weights(graph).empty());
  }
}

TEST_CASE("a file outside of the folder is refused, by whatever way") {
  const SourceFolder folder;
  folder.write("out.npy", npy_of("<f4", "(2,)", bytes_of<float>({1, 2})));
  folder.write("in/a.npy", npy_of("<f4", "(2,)", bytes_of<float>({1, 2})));
  std::filesystem::create_directory(folder.path("in/sub"));
  std::filesystem::create_symlink("../out.npy", folder.path("in/link.npy"));
  std::filesystem::create_symlink("..", folder.path("in/up"));
  std::filesystem::create_symlink("a.npy", folder.path("in/inside.npy"));
  const auto fault = [&](const std::string &name) {
    folder.write("in/f.net", network_of("load(\"" + name + "\")"));
    return folder.faults_of("in/f.net");
  };
  const std::string at = "in/f.net:1:55 E0291 ";
  CHECK(fault("../out.npy") == at + "'../out.npy' leads upwards with '..'\n");
  CHECK(fault("sub/../../out.npy") == at + "'sub/../../out.npy' leads upwards with '..'\n");
  CHECK(fault("sub/../a.npy") == at + "'sub/../a.npy' leads upwards with '..'\n");
  CHECK(fault("..") == at + "'..' leads upwards with '..'\n");
  CHECK(fault(folder.path("in/a.npy")).find("is an absolute path") != std::string::npos);
  CHECK(fault("link.npy") == at + "'link.npy' leads out of the folder through a symbolic link\n");
  CHECK(fault("up/out.npy") == at + "'up/out.npy' leads out of the folder through a symbolic link\n");
  CHECK(fault("inside.npy").empty());
  CHECK(fault("./a.npy").empty());
  CHECK(fault("up/in/a.npy").empty());  // it lies below all the same
  CHECK(fault("..a.npy") == "in/f.net:1:55 E0401 there is no file 'in/..a.npy'\n");
}

TEST_CASE("a text without a file loads nothing") {
  CHECK(faults_of(network_of("load(\"a.npy\")")) == "1:55 E0401 there are no files beside this text\n");
}

TEST_CASE("a parameter is a weight called by its path alone") {
  const Graph graph = graph_of(
      "block unit(x) { let p = parameter([2]) as scale\n let q = parameter([2])\n return x * p + q }\n"
      "network f(x: f32[2]) -> (y: f32[2], t: f32[3, 1], s: f32[]) {\n"
      "  let t = parameter([3, 1]) as some.token\n"
      "  return x |> unit as u |> unit, t, parameter([])\n}\n");
  CHECK(weights_of(graph) == "some.token u.scale u.parameter2 unit2.scale unit2.parameter2 parameter2");
  const WantedArrays wanted = wanted_weights(graph);
  CHECK(wanted.find("some.token")->second == Shape{3, 1});
  CHECK(wanted.find("parameter2")->second.empty());
}

TEST_CASE("an instance that shares takes the parameters of the other") {
  CHECK(weights_of(
            graph_of("block unit(x) { return x + parameter([2]) + (parameter([2]) as b) }\n"
                     "network f(x: f32[2]) -> (y: f32[2]) {\n"
                     "  let a = parameter([2]) as p\n"
                     "  return x |> unit as u |> unit(share = u) |> add(parameter([2], share = p)) |> add(a)\n}\n")) ==
        "p u.parameter1 u.b");
}

TEST_CASE("faults of parameters") {
  const auto of = [](const std::string &body) {
    return faults_of("network f(x: f32[2]) -> (y: f32[2]) {\n" + body + "\n}\n");
  };
  CHECK(of("return x + parameter([2], share = q)") == "2:35 E0253 there is no earlier parameter 'q'\n");
  CHECK(of("let a = parameter([3]) as q\nreturn x + parameter([2], share = q) + sum(a)") ==
        "3:35 E0254 this parameter is [2], but 'q' is [3]\n");
  CHECK(of("let a = x |> dense(2) as q\nreturn a + parameter([2], share = q)") ==
        "3:35 E0254 a parameter cannot share with 'q', which is a dense\n");
  CHECK(of("let a = parameter([2]) as q\nreturn a + (x |> dense(2, share = q))")
            .find("E0254 dense 'dense1' cannot share with 'q', which is a parameter") != std::string::npos);
  CHECK(of("let a = parameter([2]) as q\nreturn x + a + (parameter([2]) as q)") ==
        "3:35 E0250 there is already a layer 'q'\n");
  // Two weights would have one name in the file.
  CHECK(of("return (parameter([2]) as fc.bias) + (x |> dense(2) as fc)") ==
        "2:44 E0250 there is already a weight 'fc.bias'\n");
  CHECK(of("return (x |> dense(2) as fc) + (parameter([2]) as fc.bias)") ==
        "2:51 E0250 there is already a weight 'fc.bias'\n");
  CHECK(of("return x + parameter([100000, 100000])").find("E0244") != std::string::npos);
  CHECK(of("return x + parameter([-1])") ==
        "2:22 E0263 a dimension is an integer of at least 1, but found the integer -1\n");
}

TEST_CASE("free parameters are drawn with deviation 0.02, the same for a seed and name") {
  Graph graph = graph_of("network f(x: f32[]) -> (y: f32[]) { return x + sum(parameter([100, 100]) as p) }\n");
  random_weights(graph, 7);
  const std::vector<double> numbers = graph.values[static_cast<std::size_t>(graph.weights[0])].data.tensor().data;
  double sum = 0, squares = 0;
  for (const double number : numbers) {
    sum += number;
    squares += number * number;
  }
  CHECK(std::fabs(sum / 10000) < 0.001);
  CHECK(std::sqrt(squares / 10000) == doctest::Approx(0.02).epsilon(0.05));
}

}  // namespace cnnc
