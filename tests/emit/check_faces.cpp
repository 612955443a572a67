// The C++ class of an emitted model, with embedded weights and with a file: check_faces FOLDER.
static int failed_status = -1;
#define CNNC_FAIL(status) (failed_status = static_cast<int>(status))

#include "generic_embed.hpp"
#include "generic_file.hpp"
#include "list_embed.hpp"
#include "list_file.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

static int failures = 0;
static void expect(bool condition, const char *what) {
  if (condition) return;
  ++failures;
  std::printf("%s\n", what);
}

template <class A, class B>
static bool same(const A &a, const B &b) {
  return std::memcmp(a.data(), b.data(), 4 * a.size()) == 0;
}

static generic_embed::Workspace workspace;

static void check_embedded() {
  generic_embed::Model model{workspace};
  static_assert(sizeof model == sizeof(void *), "a pointer to its workspace, nothing more");
  generic_embed::Image image{};
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = float(i) / 8;
  const float scale[3] = {1, 2, 3};
  generic_embed::Scores scores{};
  float last[8][4] = {};  // the model writes a part of it
  expect(model.run(image, scale, scores, last) == CNNC_OK, "run with arrays");
  const generic_embed::Outputs outputs = model(image, scale);
  expect(same(outputs.scores, scores), "operator() gives what run gives");
  expect(std::memcmp(outputs.while_.data(), last, sizeof last) == 0, "the second output too");

  std::vector<float> vector(image.begin(), image.end()), vector_out(scores.size());
  expect(model.run(vector, {scale, 3}, vector_out, last) == CNNC_OK && same(vector_out, scores), "run with vectors");
  auto bytes = std::make_unique<generic_embed::Workspace>();
  generic_embed::Model elsewhere{bytes->bytes};
  expect(same(elsewhere(image, scale).scores, scores), "a workspace of the caller's bytes");

  vector.pop_back();
  expect(model.run(vector, scale, vector_out, last) == CNNC_BAD_INDEX, "a vector of the wrong size");
  expect(failed_status == CNNC_BAD_INDEX, "CNNC_FAIL is called for it");
  const float *nothing = nullptr;
  expect(model.run({nothing, image.size()}, scale, vector_out, last) == CNNC_BAD_INDEX, "a null pointer");
  expect(std::strcmp(cnnc::describe(CNNC_BAD_INDEX), cnnc::describe(CNNC_OK)) != 0, "describe");
}

/// Of two targets: run() takes the best, run_as() that of a name.
static void check_list(const std::string &folder) {
  static list_embed::Workspace list_workspace;
  const list_embed::Model model{list_workspace};
  static_assert(sizeof model == sizeof(void *), "a pointer to its workspace, nothing more");
  expect(std::strcmp(list_embed_model()->target, "sse2") == 0, "the best of the list");
  expect(list_embed_model_for("generic") != list_embed_model(), "the other of the list");
  list_embed::Image image{};
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = float(i) / 8;
  const float scale[3] = {1, 2, 3};
  const generic_embed::Outputs alone = generic_embed::Model{workspace}(image, scale);
  expect(same(model(image, scale).scores, alone.scores), "two targets without fused multiply-add agree");
  for (const char *target : {"sse2", "generic"}) {
    list_embed::Scores scores{};
    float last[8][4] = {};
    expect(model.run_as(target, image, scale, scores, last) == CNNC_OK && same(scores, alone.scores), target);
  }
  list_embed::Scores scores{};
  float last[8][4] = {};
  expect(model.run_as("avx2", image, scale, scores, last) == CNNC_BAD_TARGET, "a target that is not in the list");
  expect(model.run_as(nullptr, image, scale, scores, last) == CNNC_BAD_TARGET, "no target");

  static list_file::Workspace file_workspace;
  const auto loaded = list_file::load((folder + "/list_file.weights").c_str(), file_workspace);
  expect(bool(loaded) && same(loaded(image, scale).scores, alone.scores), "weights of a list in one file");
  if (loaded) expect(loaded->run_as("generic", image, scale, scores, last) == CNNC_OK, "run_as with a file");
}

static void copy(const std::string &from, const std::string &to, int change, long drop) {
  std::ifstream in(from, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (change >= 0) bytes[static_cast<std::size_t>(change)] ^= 1;
  bytes.resize(bytes.size() - static_cast<std::size_t>(drop));
  std::ofstream(to, std::ios::binary) << bytes;
}

static void expect_refused(const std::string &path, const char *word) {
  auto loaded = generic_file::load(path.c_str(), *reinterpret_cast<generic_file::Workspace *>(&workspace));
  expect(!loaded && loaded.error() != nullptr && std::strstr(loaded.error(), word) != nullptr, word);
}

static void check_file(const std::string &folder) {
  static generic_file::Workspace file_workspace;
  const std::string path = folder + "/generic_file.weights", bad = folder + "/bad.weights";
  auto loaded = generic_file::load(path.c_str(), file_workspace);
  expect(bool(loaded) && loaded.error() == nullptr, "load");
  if (!loaded) return;
  generic_file::Image image{};
  const float scale[3] = {1, 2, 3};
  generic_embed::Model embedded{workspace};
  auto moved = std::move(loaded);
  expect(same(moved(image, scale).scores, embedded(image, scale).scores), "file and embedded weights agree");
  expect(same((*moved)(image, scale).scores, embedded(image, scale).scores), "the model behind it");
  generic_file::Scores scores{};
  float last[32] = {};
  expect(moved.run(image, scale, scores, last) == CNNC_OK && moved->run(image, scale, scores, last) == CNNC_OK, "run");

  expect_refused(folder + "/absent.weights", "opened");
  expect_refused(folder, "regular");
  copy(path, bad, 0, 0);
  expect_refused(bad, "no weights of cnnc");
  copy(path, bad, 9, 0);
  expect_refused(bad, "another model");
  copy(path, bad, 70, 0);
  expect_refused(bad, "checksum");
  copy(path, bad, 50, 0);
  expect_refused(bad, "truncated");
  copy(path, bad, -1, 1);
  expect_refused(bad, "size");
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  check_embedded();
  check_file(arguments[1]);
  check_list(arguments[1]);
  std::printf("%d failures of the C++ face\n", failures);
  return failures == 0 ? 0 : 1;
}
