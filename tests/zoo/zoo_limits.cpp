// Compiles networks of examples/zoo with weights and holds cnnc to what it promises for each of them.
//
//   zoo_limits CNNC FOLDER OUT TARGET NAME...      FOLDER/NAME.net is compiled to OUT/NAME.cpp
//
// The limits: 3 s of processor time, 1 GiB at the peak, 4 MB of text. The weights come from a .safetensors file of the
// size that real ones have; it is a hole in the file system, so all are zero, which no pass looks at.
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr double most_seconds = 3;
constexpr double most_mib = 1024;
constexpr double most_text_mb = 4;

struct Use {
  bool succeeded;
  double seconds, mib;
};

Use run(const std::vector<std::string> &command, const std::string &output) {
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    if (!output.empty() && std::freopen(output.c_str(), "w", stdout) == nullptr) _exit(127);
    std::vector<char *> arguments;
    for (const std::string &word : command) arguments.push_back(const_cast<char *>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child) return {false, 0, 0};
  const auto seconds = [](const timeval &time) { return static_cast<double>(time.tv_sec) + 1e-6 * time.tv_usec; };
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, seconds(usage.ru_utime) + seconds(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

// A .safetensors file with all the weights that `cnnc check --json` lists.
bool write_weights(const std::string &listing, const std::string &path) {
  nlohmann::ordered_json header;
  std::uint64_t bytes = 0;
  std::ifstream file(listing);
  const nlohmann::json known = nlohmann::json::parse(file);
  for (const auto &weight : known["networks"][0]["weights"]) {
    std::uint64_t size = 4;
    for (const std::uint64_t extent : weight["shape"]) size *= extent;
    header[std::string(weight["name"])] = {
        {"dtype", "F32"}, {"shape", weight["shape"]}, {"data_offsets", {bytes, bytes + size}}};
    bytes += size;
  }
  const std::string text = header.dump();
  std::ofstream out(path, std::ios::binary);
  for (int i = 0; i < 8; ++i) out.put(static_cast<char>(text.size() >> (8 * i)));
  out << text;
  out.close();
  return out.good() && truncate(path.c_str(), static_cast<off_t>(8 + text.size() + bytes)) == 0;
}

double megabytes(const std::string &path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 ? 1e-6 * static_cast<double>(info.st_size) : 1e9;
}

bool check(const std::string &cnnc, const std::string &net, const std::string &stem, const std::string &target) {
  const std::string listing = stem + ".json", weights = stem + ".safetensors", code = stem + ".cpp";
  if (!run({cnnc, "check", "--json", net}, listing).succeeded || !write_weights(listing, weights)) return false;
  const Use use = run({cnnc, net, "--weights", weights, "--target", target, "--force", "-o", code}, "");
  const double text = megabytes(code);
  const bool good = use.succeeded && use.seconds <= most_seconds && use.mib <= most_mib && text <= most_text_mb;
  fmt::print("{:16} {:6.2f} s {:6.0f} MiB {:6.2f} MB of text{}\n", stem.substr(stem.rfind('/') + 1), use.seconds,
             use.mib, text,
             good            ? ""
             : use.succeeded ? "  exceeds a limit"
                             : "  failed");
  // Up to half a gigabyte each.
  unlink(weights.c_str());
  unlink((stem + ".weights").c_str());
  return good;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 6) {
    std::cerr << "usage: zoo_limits CNNC FOLDER OUT TARGET NAME...\n";
    return 2;
  }
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  mkdir(arguments[2].c_str(), 0777);
  bool good = true;
  for (auto name = std::next(arguments.begin(), 4); name != arguments.end(); ++name)
    good = check(arguments[0], arguments[1] + "/" + *name + ".net", arguments[2] + "/" + *name, arguments[3]) && good;
  return good ? 0 : 1;
}
