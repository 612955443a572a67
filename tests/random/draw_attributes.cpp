#include "tests/random/draw_attributes.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "compiler/support/checks.hpp"

namespace cnnc::test {

namespace {

using Ints = std::vector<std::int64_t>;

constexpr std::int64_t most_elements = 800;

/// Around the numbers of lanes: 4, 8, 16 and 32.
constexpr std::array<std::int64_t, 14> tails{3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 2, 1};

/// What the data operands say: the first one's shape, or a drawn one.
const Shape &first_shape(const std::vector<TensorType> &operands) {
  static const Shape none{4};
  return operands.empty() ? none : operands[0].shape;
}

std::int64_t draw_integer(Draw &draw, const Shape &shape) {
  const auto rank = static_cast<std::int64_t>(shape.size());
  switch (draw.below(6)) {
    case 0:
      return draw.between(-rank - 1, rank);
    case 1:
      return shape.empty() ? 0 : draw.of(shape) - draw.between(-1, 1);
    case 2:
      return draw.between(-3, 9);
    default:
      return draw.chance(50) ? draw.between(1, 5) : draw_extent(draw);
  }
}

double draw_real(Draw &draw) {
  switch (draw.below(3)) {
    case 0:
      return draw.of({0.0, 1.0, -1.0, 2.0, 0.5, -0.75, 6.0});
    case 1:
      return draw.of({static_cast<double>(1e-5F), static_cast<double>(0.1F), static_cast<double>(1e-3F)});
    default:
      return draw.uniform(-2, 2);
  }
}

/// Factors whose product is `count`.
Ints draw_factors(Draw &draw, std::int64_t count) {
  Ints factors(static_cast<std::size_t>(draw.between(1, 4)), 1);
  for (std::int64_t prime = 2; count > 1;) {
    if (count % prime != 0) {
      ++prime;
      continue;
    }
    count /= prime;
    factors[draw.below(factors.size())] *= prime;
  }
  if (draw.chance(30)) factors[draw.below(factors.size())] = -1;
  return factors;
}

Ints draw_integers(Draw &draw, const Shape &shape) {
  Ints list;
  switch (draw.below(4)) {
    case 0:
      return draw_factors(draw, element_count(shape));
    case 1:
    case 2:  // axes, all of them or some
      for (std::size_t i = 0; i < shape.size(); ++i) list.push_back(static_cast<std::int64_t>(i));
      draw.shuffle(list);
      if (draw.chance(50)) list.resize(draw.below(list.size() + 1));
      for (std::int64_t &axis : list)
        if (draw.chance(20)) axis -= static_cast<std::int64_t>(shape.size());
      return list;
    default:
      for (std::size_t i = draw.below(4); i > 0; --i) list.push_back(draw_integer(draw, shape));
      return list;
  }
}

std::vector<double> draw_reals(Draw &draw, const Shape &shape) {
  const std::size_t channels = shape.empty() ? 1 : static_cast<std::size_t>(shape[0]);
  std::vector<double> list(draw.chance(50) ? 1 : draw.chance(70) ? channels : 1 + draw.below(4));
  for (double &value : list) value = draw_real(draw);
  return list;
}

/// A count, or the sizes of the parts of an extent.
AttrValue draw_count_or_sizes(Draw &draw, const Shape &shape) {
  if (shape.empty() || draw.chance(30)) return draw.between(1, 4);
  std::int64_t left = draw.of(shape);
  Ints sizes;
  while (left > 0 && sizes.size() < 5) sizes.push_back(draw.between(1, left)), left -= sizes.back();
  if (left > 0) sizes.push_back(left);
  return sizes;
}

std::size_t spatial_axes(const Shape &shape) { return shape.size() < 2 ? 1 : shape.size() - 1; }

AttrValue draw_spatial(Draw &draw, const Shape &shape) {
  auto one = [&] { return draw.chance(80) ? draw.between(1, 3) : draw.between(1, 7); };
  if (draw.chance(50)) return one();
  Ints list(spatial_axes(shape));
  for (std::int64_t &value : list) value = one();
  return list;
}

AttrValue draw_padding(Draw &draw, const Shape &shape) {
  if (draw.chance(40)) return std::string(draw.of({"same", "valid", "causal"}));
  auto one = [&] { return draw.chance(80) ? draw.between(0, 2) : draw.between(0, 5); };
  if (draw.chance(40)) return one();
  Ints list(spatial_axes(shape) * (draw.chance(50) ? 2 : 1));
  for (std::int64_t &value : list) value = one();
  return list;
}

std::string draw_choice(Draw &draw, std::string_view choices) {
  std::vector<std::string> words(1);
  for (char c : choices)
    if (c != ' ')
      words.back() += c;
    else
      words.emplace_back();
  return draw.of(words);
}

}  // namespace

std::int64_t draw_extent(Draw &draw) { return draw.chance(40) ? draw.between(1, 6) : tails[draw.below(tails.size())]; }

Shape draw_shape(Draw &draw) {
  const int rank = static_cast<int>(draw.of({0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4}));
  for (;;) {
    Shape shape;
    for (int i = 0; i < rank; ++i) shape.push_back(draw_extent(draw));
    if (element_count(shape) <= most_elements) return shape;
  }
}

namespace {

/// Zeros and ones, as many columns as there are channels and a few rows.
AttrTable draw_table(Draw &draw, const Shape &shape) {
  AttrTable table(static_cast<std::size_t>(draw.between(1, 5)));
  const std::int64_t columns = shape.empty() || draw.chance(10) ? draw.between(1, 4) : shape[0];
  for (std::vector<double> &row : table)
    for (std::int64_t i = 0; i < columns; ++i) row.push_back(draw.chance(60) ? 1 : 0);
  return table;
}

}  // namespace

AttrValue draw_attribute(Draw &draw, const AttrSpec &attribute, const std::vector<TensorType> &operands) {
  const Shape &shape = first_shape(operands);
  switch (attribute.kind) {
    case AttrKind::integer:
      return draw_integer(draw, shape);
    case AttrKind::real:
      return draw_real(draw);
    case AttrKind::boolean:
    case AttrKind::given:
      return draw.chance(50);
    case AttrKind::text:
      return draw_choice(draw, attribute.choices);
    case AttrKind::integers:
      return draw_integers(draw, shape);
    case AttrKind::table:
      return draw_table(draw, shape);
    case AttrKind::reals:
      return draw_reals(draw, shape);
    case AttrKind::count_or_sizes:
      return draw_count_or_sizes(draw, shape);
    case AttrKind::spatial:
      return draw_spatial(draw, shape);
    case AttrKind::padding:
      return draw_padding(draw, shape);
  }
  CNNC_UNREACHABLE("an attribute of unknown kind");
}

}  // namespace cnnc::test
