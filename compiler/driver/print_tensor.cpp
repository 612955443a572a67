#include <fmt/format.h>

#include "compiler/driver/tensor_files.hpp"

namespace cnnc {

namespace {

constexpr std::int64_t most_in_full = 1000;  ///< elements of a tensor that is printed in full
constexpr std::int64_t shown_at_ends = 3;    ///< elements, or rows, at each end of an axis otherwise
constexpr std::size_t line_width = 100;

struct TensorPrinter {
  const Tensor &tensor;
  bool cut;
  std::string out = {};

  std::string number(std::size_t at) const {
    const double value = tensor.data[at];
    switch (tensor.type.dtype) {
      case DType::f32:
      case DType::f16:
      case DType::bf16:
        return fmt::format("{}", static_cast<float>(value));
      case DType::i32:
      case DType::u8:
      case DType::i8:
        break;
    }
    return fmt::format("{}", static_cast<std::int64_t>(value));
  }

  std::size_t column() const { return out.size() - (out.rfind('\n') + 1); }

  /// The part of the tensor from element `offset` on along `axis` and those after it.
  void print(std::size_t axis, std::size_t offset, std::size_t stride) {
    const Shape &shape = tensor.type.shape;
    if (axis == shape.size()) {
      out += number(offset);
      return;
    }
    const std::int64_t extent = shape[axis];
    const auto step = stride / static_cast<std::size_t>(extent);
    const bool innermost = axis + 1 == shape.size();
    const std::string new_line = "\n" + std::string(axis + 1, ' ');
    out += '[';
    for (std::int64_t i = 0; i < extent; ++i) {
      if (i > 0) out += innermost ? "," : "," + new_line;
      if (cut && extent > 2 * shown_at_ends && i == shown_at_ends) {
        out += innermost ? " ...," : "...," + new_line;
        i = extent - shown_at_ends;
      }
      if (innermost && i > 0) out += column() + 14 > line_width ? new_line : " ";
      print(axis + 1, offset + static_cast<std::size_t>(i) * step, step);
    }
    out += ']';
  }
};

}  // namespace

std::string readable(const std::string &name, const Tensor &tensor) {
  const std::int64_t count = element_count(tensor.type.shape);
  TensorPrinter printer{tensor, count > most_in_full};
  printer.print(0, 0, static_cast<std::size_t>(count));
  return fmt::format("{}: {}\n{}\n", name, to_string(tensor.type), printer.out);
}

}  // namespace cnnc
