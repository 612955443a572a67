#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"
#include "compiler/support/sha256.hpp"

namespace cnnc {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each case, removed at its end.
struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "cnnc-files-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  Folder(const Folder &) = delete;
  ~Folder() { fs::remove_all(path); }

  std::string operator/(const std::string &name) const { return (path / name).string(); }
  void put(const std::string &name, const std::string &text) const { std::ofstream(path / name) << text; }
  std::string get(const std::string &name) const {
    std::ifstream in(path / name);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::size_t count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
};

const IsOurs ours = begins_with("// ours");

std::string_view code_of(const Diagnostics &diagnostics) {
  REQUIRE(diagnostics.all().size() == 1);
  return info(diagnostics.all()[0].kind).code;
}

std::string_view code_of_reading(const std::string &path) {
  Diagnostics diagnostics;
  CHECK_FALSE(read_file(path, 100, diagnostics));
  return code_of(diagnostics);
}

TEST_CASE("a file is read whole, whatever bytes it holds") {
  const Folder folder;
  const std::string text("one\0two\xff\n", 9);
  folder.put("file", text);
  Diagnostics diagnostics;
  CHECK(read_file(folder / "file", 100, diagnostics) == text);
  folder.put("empty", "");
  CHECK(read_file(folder / "empty", 100, diagnostics) == "");
  CHECK(diagnostics.all().empty());
}

TEST_CASE("every way in which a file cannot be read has its code") {
  const Folder folder;
  folder.put("large", std::string(101, 'x'));
  folder.put("file", "text");
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  REQUIRE(::symlink("circle", (folder / "circle").c_str()) == 0);
  CHECK(code_of_reading(folder / "absent") == "E0401");
  CHECK(code_of_reading("") == "E0401");
  CHECK(code_of_reading(folder / "file/below") == "E0401");
  CHECK(code_of_reading(folder / std::string(5000, 'n')) == "E0401");
  CHECK(code_of_reading(folder.path.string()) == "E0402");
  CHECK(code_of_reading(folder / "circle") == "E0403");
  CHECK(code_of_reading(folder / "large") == "E0404");
  CHECK(code_of_reading(folder / "pipe") == "E0405");
  CHECK(code_of_reading("/dev/zero") == "E0405");
}

TEST_CASE("paths are taken apart as text") {
  CHECK(folder_of("a/b.net") == "a");
  CHECK(folder_of("b.net") == ".");
  CHECK(folder_of("/b.net") == "/");
  CHECK(stem_of("a.b/c.tar.net") == "c.tar");
  CHECK(extension_of("a.b/c") == "");
  CHECK(extension_of("a/.net") == "");
  CHECK(with_extension("a.b/c", ".hpp") == "a.b/c.hpp");
  CHECK(with_extension("a/c.cpp", ".hpp") == "a/c.hpp");
  CHECK(join_path(".", "b") == "b");
  CHECK(join_path("/", "b") == "/b");
}

TEST_CASE("outputs are written together, and replace what cnnc wrote before") {
  const Folder folder;
  folder.put("b.hpp", "// ours, earlier\n");
  OutputFiles outputs;
  outputs.add({folder / "a.cpp", "// ours\nA", ours});
  outputs.add({folder / "b.hpp", "// ours\nB", ours});
  Diagnostics diagnostics;
  CHECK(outputs.commit(false, diagnostics));
  CHECK(folder.get("a.cpp") == "// ours\nA");
  CHECK(folder.get("b.hpp") == "// ours\nB");
  CHECK(folder.count() == 2);
  CHECK(diagnostics.all().empty());
}

TEST_CASE("a file that cnnc did not write is kept, and nothing else is written, unless forced") {
  const Folder folder;
  folder.put("b.hpp", "mine\n// ours, says the second line\n");
  OutputFiles outputs;
  outputs.add({folder / "a.cpp", "// ours\nA", ours});
  outputs.add({folder / "b.hpp", "// ours\nB", ours});
  Diagnostics diagnostics;
  CHECK_FALSE(outputs.commit(false, diagnostics));
  CHECK(code_of(diagnostics) == "E0406");
  CHECK(folder.get("b.hpp").substr(0, 4) == "mine");
  CHECK(folder.count() == 1);
  Diagnostics forced;
  CHECK(outputs.commit(true, forced));
  CHECK(folder.get("b.hpp") == "// ours\nB");
  CHECK(folder.count() == 2);
}

TEST_CASE("an output in the place of another file of the run is refused, even if forced") {
  const Folder folder;
  folder.put("model.net", "network");
  REQUIRE(::symlink("model.net", (folder / "link").c_str()) == 0);
  OutputFiles outputs;
  outputs.protect(folder / "model.net");
  outputs.add({folder / "link", "x", ours});
  Diagnostics diagnostics;
  CHECK_FALSE(outputs.commit(true, diagnostics));
  CHECK(code_of(diagnostics) == "E0413");
  OutputFiles twice;
  twice.add({folder / "a", "1", ours});
  twice.add({folder / "a", "2", ours});
  Diagnostics again;
  CHECK_FALSE(twice.commit(true, again));
  CHECK(code_of(again) == "E0413");
  CHECK(folder.get("model.net") == "network");
}

TEST_CASE("outputs that two paths lead to are one file, whether it is there already or not") {
  const Folder folder;
  fs::create_directory(folder / "sub");
  REQUIRE(::symlink(".", (folder / "here").c_str()) == 0);
  for (const char *earlier : {"", "a rule of make"}) {
    if (*earlier != '\0') folder.put("x.cpp", earlier);  // not ours: of that nothing is said
    for (const char *other : {"x.cpp", "./x.cpp", "sub/../x.cpp", "here/x.cpp"}) {
      CAPTURE(other);
      OutputFiles outputs;
      outputs.add({folder / "x.cpp", "// ours\ncode", ours});
      outputs.add({folder.path.string() + "/" + other, "rule", ours});
      Diagnostics diagnostics;
      CHECK_FALSE(outputs.commit(false, diagnostics));
      CHECK(code_of(diagnostics) == "E0413");
      CHECK(folder.get("x.cpp") == earlier);
    }
  }
  OutputFiles outputs;
  outputs.add({folder / "x.cpp", "// ours", ours});
  outputs.add({folder / "sub/x.cpp", "// ours", ours});
  Diagnostics diagnostics;
  CHECK(outputs.commit(true, diagnostics));
}

TEST_CASE("of an existing file that cannot be read nobody knows whose it is") {
  const Folder folder;
  folder.put("a", "// ours");
  fs::permissions(folder / "a", fs::perms::none);
  fs::permissions(folder.path, fs::perms::all);
  OutputFiles outputs;
  outputs.add({folder / "a", "// ours, later", ours});
  const uid_t user = ::geteuid();
  if (user == 0) REQUIRE(::seteuid(65534) == 0);  // root reads everything
  Diagnostics diagnostics;
  const bool fine = outputs.check(false, diagnostics);
  REQUIRE(::seteuid(user) == 0);
  CHECK_FALSE(fine);
  CHECK(code_of(diagnostics) == "E0403");
}

TEST_CASE("another folder is advised only where an option gives the output its place") {
  const Folder folder;
  fs::permissions(folder.path, static_cast<fs::perms>(0555));
  for (const std::string option : {"", "--output"}) {
    OutputFiles outputs;
    outputs.add({folder / "a", "// ours", ours, option});
    const uid_t user = ::geteuid();
    if (user == 0) REQUIRE(::seteuid(65534) == 0);  // root writes everywhere
    Diagnostics diagnostics;
    const bool written = outputs.commit(false, diagnostics);
    REQUIRE(::seteuid(user) == 0);
    CHECK_FALSE(written);
    CHECK(code_of(diagnostics) == "E0407");
    const std::string &hint = diagnostics.all()[0].hint_;
    CHECK(hint == (option.empty() ? "" : "choose a folder that you may write to with '--output'"));
  }
  fs::permissions(folder.path, fs::perms::owner_all);
}

TEST_CASE("a place where no file can be leaves everything as it was") {
  const Folder folder;
  folder.put("a.cpp", "// ours\nearlier");
  fs::create_directory(folder / "folder");
  for (const auto &[path, code] :
       std::vector<std::pair<std::string, std::string>>{{folder / "absent/b.hpp", "E0407"},
                                                        {folder / "folder", "E0402"},
                                                        {folder / "folder/", "E0402"},
                                                        {folder / std::string(300, 'n'), "E0407"},
                                                        {"/dev/null", "E0405"}}) {
    CAPTURE(path);
    OutputFiles outputs;
    outputs.add({folder / "a.cpp", "// ours\nlater", ours});
    outputs.add({path, "B", ours});
    Diagnostics diagnostics;
    CHECK_FALSE(outputs.commit(true, diagnostics));
    CHECK(code_of(diagnostics) == code);
    CHECK(folder.get("a.cpp") == "// ours\nearlier");
    CHECK(folder.count() == 2);
  }
}

TEST_CASE("a disk that is full leaves no file and the earlier ones as they were") {
  const Folder folder;
  folder.put("a.cpp", "// ours\nearlier");
  OutputFiles outputs;
  outputs.add({folder / "a.cpp", "// ours\nlater", ours});
  outputs.add({folder / "b.weights", std::string(100000, 'w'), ours});
  ::rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const ::rlimit small{50000, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  Diagnostics diagnostics;
  const bool written = outputs.commit(false, diagnostics);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK_FALSE(written);
  CHECK(code_of(diagnostics) == "E0408");
  CHECK(folder.get("a.cpp") == "// ours\nearlier");
  CHECK(folder.count() == 1);
}

TEST_CASE("a process that is told to end while it writes leaves no temporary file") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const Folder folder;
    folder.put("a", "// ours, earlier");
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::signal(number, SIG_DFL);  // not doctest's
      // The signal comes when the outputs are looked at: the first of them is created, and then given up.
      OutputFiles outputs;
      outputs.add({folder / "new", std::string(100000, 'x'), ours});
      outputs.add({folder / "a", "// ours, later", [&](std::string_view) { return ::raise(number) == 0; }});
      Diagnostics diagnostics;
      outputs.commit(false, diagnostics);
      ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == number);
    CHECK(folder.count() == 1);
    CHECK(folder.get("a") == "// ours, earlier");
  }
}

TEST_CASE("SHA-256 of the standard's examples") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1000000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 of pieces is that of the whole, at every length about a block") {
  for (std::size_t length = 0; length < 200; ++length) {
    const std::string text(length, 'x');
    Sha256 hash;
    hash.update(std::string_view(text).substr(0, length / 3));
    hash.update(std::string_view(text).substr(length / 3));
    Sha256 whole;
    whole.update(text);
    CHECK(hash.digest() == whole.digest());
  }
}

}  // namespace
}  // namespace cnnc
