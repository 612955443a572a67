#include "compiler/support/explanation.hpp"

namespace cnnc {
namespace {

struct Page {
  std::string_view code, text;
};

constexpr Page pages[] = {
#include "diagnostic_pages.inc"
};

}  // namespace

std::string_view explanation(std::string_view code) {
  for (const Page &page : pages)
    if (page.code == code) return page.text;
  return {};
}

}  // namespace cnnc
