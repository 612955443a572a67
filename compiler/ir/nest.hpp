// Nest: how an operator, or a fused group of operators, describes its loops. An operator never writes loops.
//
// Meaning. For every point of the parallel axes:
//
//   w(point, window) = epilogue( combine over the reduce axes of body )          for every point of the window axes
//   result(point)    = pool_epilogue( pool_combine over the window axes of w )
//   output[ store(point) ] = result(point)
//
// Without window axes the second line is absent and result = w. A combine of `none` means that there are no such axes
// and the body's value is taken as it is. The combine of a sum starts at +0, of a max at -infinity; the order of a sum
// is free (so is its splitting into partial sums), that is why the tolerance of tests/op_checks has a term for it. A
// read takes element index(axes) of its operand; where one of the indices lies outside the operand's shape it is `pad`,
// which must be present if that can happen (verify_nest proves that it cannot where it is absent). The body may use
// reads over all axes; the epilogue those without reduce axes; the pool epilogue those without reduce and window axes.
// A lookup is an element of an i32 operand at a place that depends on parallel axes alone; it is an index variable (see
// lookup_variable) of reads, whose value lies in [0, limit): one out of range makes the whole run fail, and counts as
// 0. Distinct points store to distinct elements; a group's nests together store to every element once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/index.hpp"
#include "compiler/ir/scalar.hpp"
#include "compiler/ir/types.hpp"

namespace cnnc {

enum class AxisKind : std::uint8_t { parallel, window, reduce };

struct Axis {
  std::string name;  ///< the field's own: oc, oh, ow, ic, kh, kw
  AxisKind kind;
  std::int64_t extent;
};

/// Axes are the variables of the nest's Index values, by position.
using AxisId = IndexVar;

struct Read {
  int operand;               ///< position among the nest's operands
  std::vector<Index> index;  ///< one per dimension of the operand
  std::optional<double> pad;
};

struct Lookup {
  int operand;               ///< of i32
  std::vector<Index> index;  ///< one per dimension of the operand, over parallel axes, inside
  std::int64_t limit;
};

/// The variable that stands for a nest's lookup; larger than any axis.
constexpr IndexVar lookup_variable(std::size_t number) { return (1 << 23) + static_cast<IndexVar>(number); }
constexpr bool is_lookup(IndexVar var) { return var >= lookup_variable(0) && var < (1 << 24); }
constexpr std::size_t lookup_number(IndexVar var) { return static_cast<std::size_t>(var - lookup_variable(0)); }

enum class Combine : std::uint8_t { none, sum, max };

struct Nest {
  std::vector<Axis> axes;
  std::vector<Shape> operands;  ///< logical shapes of what is read
  std::vector<Read> reads;
  std::vector<Lookup> lookups;
  Combine combine = Combine::none;
  Scalar body;
  Scalar epilogue;  ///< null: the accumulator as it is
  Combine pool_combine = Combine::none;
  Scalar pool_epilogue;      ///< null: the accumulator as it is
  Shape output;              ///< logical shape of what is stored to
  std::vector<Index> store;  ///< one per dimension of the output, over parallel axes
};

const char *name(AxisKind kind);
const char *name(Combine combine);
/// The value that a reduction starts from: +0 or -infinity.
double identity(Combine combine);
/// Of axes and lookups.
RangeOf axis_ranges(const Nest &nest);
/// The name of an axis or a lookup, for people.
std::string variable_name(const Nest &nest, IndexVar var);
/// Points of the reduce axes times window and parallel axes: the number of evaluations of the body.
std::int64_t body_count(const Nest &nest);

/// A readable dump, one line per axis, read and stage.
std::string to_string(const Nest &nest);
/// The faults of a nest, empty if it keeps every promise above.
std::vector<std::string> verify(const Nest &nest);

}  // namespace cnnc
