#include "compiler/emit/module.hpp"
#include "compiler/emit/runtime_text.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

constexpr std::string_view include_mark = "#include \"cnnc/";

const RuntimeHeader &header_named(std::string_view path) {
  for (const RuntimeHeader &header : runtime_headers())
    if (header.path == path) return header;
  CNNC_UNREACHABLE("the runtime has no header " + std::string(path));
}

class Paster {
 public:
  void text(std::string_view text) {
    while (!text.empty()) {
      std::size_t end = text.find('\n');
      std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
      line(text.substr(0, length));
      text.remove_prefix(length);
    }
  }
  std::string take() { return std::move(pasted_); }

 private:
  void line(std::string_view line) {
    if (line.substr(0, include_mark.size()) != include_mark) {
      pasted_ += line;
      return;
    }
    std::size_t begin = line.find('"') + 1;
    std::string path(line.substr(begin, line.find('"', begin) - begin));
    // What a vocabulary includes inside its namespace is a part of each.
    const bool part = path.size() > 4 && path.substr(path.size() - 4) == ".inl";
    if (!seen_.insert(path).second && !part) return;
    pasted_ += "// ---- " + path + "\n";
    text(header_named(path).text);
    pasted_ += "// ---- end of " + path + "\n";
  }

  std::set<std::string> seen_;
  std::string pasted_;
};

}  // namespace

std::string paste_runtime(const std::string &text) {
  Paster paster;
  paster.text(text);
  return paster.take();
}

}  // namespace cnnc
