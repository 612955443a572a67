#include "compiler/ir/weights_image.hpp"

#include <algorithm>
#include <bit>

#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

constexpr std::int64_t unit = WeightsImage::alignment / 4;  // floats
constexpr std::size_t piece_floats = 16384;

/// Collects floats to pieces of one size.
class Pieces {
 public:
  explicit Pieces(const UseFloats &use) : use_(use) { piece_.reserve(piece_floats); }
  ~Pieces() { flush(); }
  Pieces(const Pieces &) = delete;
  Pieces &operator=(const Pieces &) = delete;

  /// Room for up to `count` more floats, zeros; at most piece_floats. The span's size says how many.
  std::span<float> next(std::int64_t count) {
    if (piece_.size() == piece_floats) flush();
    const std::size_t before = piece_.size();
    piece_.resize(std::min(before + static_cast<std::size_t>(count), piece_floats), 0.0F);
    return std::span(piece_).subspan(before);
  }
  void zeros(std::int64_t count) {
    while (count > 0) count -= std::ssize(next(count));
  }

 private:
  void flush() {
    if (!piece_.empty()) use_(piece_);
    piece_.clear();
  }

  const UseFloats &use_;
  std::vector<float> piece_;
};

/// True if the dimensions of each axis are the digits of its index: then places in the layout are counted by steps.
bool is_by_digits(const Layout &layout) {
  for (std::size_t axis = 0; axis < layout.shape.size(); ++axis) {
    std::vector<LayoutDim> digits;
    for (const LayoutDim &dim : layout.dims)
      if (static_cast<std::size_t>(dim.axis) == axis) digits.push_back(dim);
    std::sort(digits.begin(), digits.end(), [](const auto &a, const auto &b) { return a.divisor < b.divisor; });
    std::int64_t reach = 1;
    for (const LayoutDim &digit : digits) {
      if (digit.divisor != reach) return false;
      reach *= digit.extent;
    }
    if (reach < layout.shape[axis]) return false;
  }
  return true;
}

/// Row-major numbers in the order of the layout, zeros in its padding. It writes front to back: the reads of a step lie
/// in few cache lines, which the next steps read on, while writes scattered over a large result would wait for memory.
void lay_out(const PackedConstant &constant, Pieces &pieces) {
  const Layout &layout = constant.layout;
  const Shape strides = row_major_strides(layout.shape);
  const LayoutDim last = layout.dims.empty() ? LayoutDim{0, 1, 1} : layout.dims.back();
  const auto last_axis = static_cast<std::size_t>(last.axis);
  const std::size_t outer = layout.dims.empty() ? 0 : layout.dims.size() - 1;
  const std::int64_t step = layout.dims.empty() ? 0 : last.divisor * strides[last_axis];
  std::vector<std::int64_t> digit(outer, 0);
  Shape index(layout.shape.size(), 0);
  const float *from = constant.numbers->data();
  for (std::int64_t rows = element_count(layout) / last.extent; rows-- > 0;) {
    bool inside = true;
    for (std::size_t axis = 0; axis < index.size(); ++axis) inside = inside && index[axis] < layout.shape[axis];
    std::int64_t count = inside ? last.extent : 0;  // of the row, the elements that are no padding
    if (inside && !layout.dims.empty())
      count = std::min(count, (layout.shape[last_axis] - index[last_axis] + last.divisor - 1) / last.divisor);
    for (std::int64_t i = 0; i < last.extent;) {
      const std::span<float> to = pieces.next(last.extent - i);
      const std::int64_t here = std::min(std::ssize(to), count - i);
      if (step == 1 && here > 0)
        std::copy_n(from + i, here, to.begin());
      else
        for (std::int64_t j = 0; j < here; ++j) to[static_cast<std::size_t>(j)] = from[(i + j) * step];
      i += std::ssize(to);
    }
    for (std::size_t d = outer; d-- > 0;) {
      const LayoutDim &dim = layout.dims[d];
      const auto axis = static_cast<std::size_t>(dim.axis);
      index[axis] += dim.divisor;
      from += dim.divisor * strides[axis];
      if (++digit[d] < dim.extent) break;
      digit[d] = 0;
      index[axis] -= dim.extent * dim.divisor;
      from -= dim.extent * dim.divisor * strides[axis];
    }
  }
}

}  // namespace

WeightsImage::WeightsImage(std::vector<float> numbers) : size_(std::ssize(numbers)) {
  const Layout layout = row_major({size_});
  if (size_ > 0) parts_.push_back({0, {std::make_shared<const std::vector<float>>(std::move(numbers)), layout}});
}

std::int64_t WeightsImage::add(PackedConstant constant) {
  CNNC_CHECK(is_by_digits(constant.layout), "a packing by digits");
  CNNC_CHECK(std::ssize(*constant.numbers) == element_count(constant.layout.shape), "a packed constant's numbers");
  const std::int64_t first = (size_ + unit - 1) / unit * unit;
  size_ = (first + element_count(constant.layout) + unit - 1) / unit * unit;
  parts_.push_back({first, std::move(constant)});
  return 4 * first;
}

PackedConstant WeightsImage::at(std::int64_t offset, std::int64_t elements) const {
  const std::int64_t first = offset / 4;
  for (const Part &part : parts_)
    if (part.first == first && element_count(part.constant.layout) == elements) return part.constant;
  CNNC_CHECK(offset % 4 == 0 && first >= 0 && first + elements <= size_, "a part of the weights");
  const std::vector<float> all = floats();
  const std::span<const float> part =
      std::span(all).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(elements));
  return {std::make_shared<const std::vector<float>>(part.begin(), part.end()), row_major({elements})};
}

void WeightsImage::read(const UseFloats &use) const {
  Pieces pieces(use);
  std::int64_t at = 0;
  for (const Part &part : parts_) {
    pieces.zeros(part.first - at);
    lay_out(part.constant, pieces);
    at = part.first + element_count(part.constant.layout);
  }
  pieces.zeros(size_ - at);
}

std::vector<float> WeightsImage::floats() const {
  std::vector<float> result;
  result.reserve(static_cast<std::size_t>(size_));
  read([&](std::span<const float> piece) { result.insert(result.end(), piece.begin(), piece.end()); });
  return result;
}

bool same_bits(const PackedConstant &a, const PackedConstant &b) {
  if (a.layout != b.layout) return false;
  return a.numbers == b.numbers ||
         std::equal(a.numbers->begin(), a.numbers->end(), b.numbers->begin(), b.numbers->end(), [](float x, float y) {
           return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
         });
}

}  // namespace cnnc
