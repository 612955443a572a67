// Imports: what they make visible, in which file names are looked up, which file a path names.
#include <filesystem>

#include "source_folder.hpp"

namespace cnnc {

namespace {

using check_helpers::paths_of;
using check_helpers::weights_of;
using Folder = check_helpers::SourceFolder;

const char *const unit = "block unit(x, n = width) { return x |> conv(n, kernel = 1) }\n";

}  // namespace

TEST_CASE("an import makes networks, blocks and constants visible") {
  const Folder folder;
  folder.write("lib.net", std::string("const width = 3\n") + unit +
                              "network inner(x: f32[width, 4, 4]) -> (y: f32[_, 4, 4]) { return x |> unit as u }\n");
  folder.write(
      "f.net",
      "import \"lib.net\"\nnetwork f(x: f32[width, 4, 4]) -> (y: f32[3, 4, 4]) { return x |> inner |> unit }\n");
  const Networks networks = folder.load("f.net");
  REQUIRE(networks.graphs.size() == 1);  // those of the main file
  CHECK(weights_of(networks.graphs[0]) == "u.conv1.weight u.conv1.bias unit1.conv1.weight unit1.conv1.bias");
}

TEST_CASE("an imported item's names are those of its own file") {
  const Folder folder;
  folder.write("inner.net", "const width = 5\nblock leaf(x) { return relu(x) }\n");
  folder.write("lib.net", std::string("import \"inner.net\"\n") + unit +
                              "const twice = 2 * width\nblock tail(x) { return x |> leaf }\n");
  // The same names mean something else here, and are no clash: lib.net's imports are not seen.
  folder.write("f.net",
               "import \"lib.net\"\nconst width = 2\nblock leaf(x) { return tanh(x) }\n"
               "network f(x: f32[width, 4, 4]) -> (y: f32[5, 4, 4], n: f32[twice]) {\n"
               "  return x |> leaf |> unit |> tail, tensor([0.5 for i in 0..twice])\n}\n");
  const Graph graph = folder.load("f.net").graphs[0];
  CHECK(paths_of(graph) == "leaf1.tanh1 unit1.conv1 tail1.leaf1.relu1");
}

TEST_CASE("a file is read once, by whatever routes and names") {
  const Folder folder;
  folder.write("sub/base.net", "const width = 3\n");
  folder.write("a.net", std::string("import \"sub/base.net\"\n") + unit);
  std::filesystem::create_symlink("sub/base.net", folder.path("link.net"));
  folder.write("f.net",
               "import \"a.net\"\nimport \"./sub/../sub/base.net\"\nimport \"sub/base.net\"\nimport \"link.net\"\n"
               "import \"" +
                   folder.path("a.net") +
                   "\"\n"
                   "network f(x: f32[1, 4, 4]) -> (y: f32[width, 4, 4]) { return x |> unit }\n");
  CHECK(folder.faults_of("f.net").empty());
}

TEST_CASE("a path is relative to its file, then to the search path in order") {
  const Folder folder;
  folder.write("first/width.net", "const width = 1\n");
  folder.write("second/width.net", "const width = 2\n");
  folder.write("second/lib.net", std::string("import \"width.net\"\n") + unit);
  folder.write("f.net", "import \"lib.net\"\nnetwork f(x: f32[1, 4, 4]) -> (y: f32[_, 4, 4]) { return x |> unit }\n");
  const SourceOptions options{{folder.path("none"), folder.path("first"), folder.path("second")}};
  const auto channels = [&] {
    const Graph graph = folder.load("f.net", options).graphs[0];
    return graph.values[static_cast<std::size_t>(graph.outputs[0].value)].type.shape[0];
  };
  CHECK(channels() == 2);  // beside lib.net comes before the search path
  std::filesystem::remove(folder.path("second/width.net"));
  CHECK(channels() == 1);
  CHECK(folder.faults_of("f.net") == "f.net:1:8 E0401 there is no file 'lib.net'\n");
}

TEST_CASE("warnings are of the file that they stand in; what is there for importers is not unused") {
  const Folder folder;
  folder.write("lib.net", "const spare = 3\nblock unit(x) { let y = tanh(x)\n return relu(x) }\n");
  folder.write("f.net",
               "import \"lib.net\"\nconst own = 3\nnetwork f(x: f32[1]) -> (y: f32[1]) { return x |> unit }\n");
  CHECK(folder.faults_of("f.net") ==
        "f.net:2:7 W0209 const 'own' is never used\nlib.net:2:21 W0209 'y' is never used\n");
}

TEST_CASE("cycles are faults that show the chain; two routes to a file are none") {
  const Folder folder;
  folder.write("a.net", "import \"b.net\"\nblock a(x) { return x |> b }\n");
  folder.write("b.net", "import \"c.net\"\nblock b(x) { return x |> c }\n");
  folder.write("c.net", "block c(x) { return relu(x) }\n");
  folder.write("f.net",
               "import \"a.net\"\nimport \"b.net\"\nimport \"c.net\"\n"
               "network f(x: f32[1]) -> (y: f32[1]) { return x |> a |> b |> c }\n");
  CHECK(folder.faults_of("f.net").empty());
  folder.write("c.net", "import \"a.net\"\nblock c(x) { return relu(x) }\n");
  CHECK(folder.faults_of("f.net") ==
        "c.net:1:8 E0290 this import closes a cycle: 'a.net' imports 'b.net', which imports 'c.net', which imports "
        "'a.net'\n");
  folder.write("c.net", "import \"a.net\"\nblock c(x) { return x |> a }\n");
  CHECK(folder.faults_of("f.net").find("E0227 block 'a' calls itself through block 'c'") != std::string::npos);
  folder.write("c.net", "import \"f.net\"\nblock c(x) { return relu(x) }\n");
  CHECK(folder.faults_of("f.net").find("'f.net' imports 'a.net', which imports 'b.net'") != std::string::npos);
}

TEST_CASE("a file that cannot be imported makes no fault of the names that it may define") {
  const Folder folder;
  folder.write("broken.net", "block unit(x) { return relu(x }\n");
  folder.write("f.net", "import \"gone.net\"\nnetwork f(x: f32[width]) -> (y: f32[_]) { return x |> other |> relu }\n");
  CHECK(folder.faults_of("f.net") == "f.net:1:8 E0401 there is no file 'gone.net'\n");
  folder.write("f.net", "import \"broken.net\"\nnetwork f(x: f32[4]) -> (y: f32[_]) { return x |> other |> unit }\n");
  // The body has a fault, but its block is there: only 'other' is not.
  CHECK(folder.faults_of("f.net").find("no operator or block 'other'") != std::string::npos);
  CHECK(folder.faults_of("f.net").find("no operator or block 'unit'") == std::string::npos);
  folder.write("broken.net", "network g(x: f32[1]) { return x }\n");
  CHECK(folder.faults_of("f.net").find("E0202") == std::string::npos);
}

TEST_CASE("a text without a file imports nothing") {
  CHECK(check_helpers::faults_of("import \"/etc/hostname\"\nnetwork f(x: f32[1]) -> (y: f32[1]) { return x }\n") ==
        "1:8 E0401 there are no files beside this text\n");
}

}  // namespace cnnc
