// What an expression of the network language stands for while a network is being checked: a tensor of the graph, or a
// value that is known now and gone afterwards (an integer, a float, a boolean, a text, a list of such).
//
// Data are small and cheap to copy: texts and lists are shared and never change.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ir/graph.hpp"

namespace cnnc::net {

struct Datum;

/// What a reported fault leaves behind. Whatever depends on it is silent and again this.
struct Poison {};

/// A value of the graph.
struct TensorRef {
  ValueId id = -1;
};

struct List {
  std::vector<Datum> items;
  int depth = 1;  ///< 1 for a list without lists in it
};

/// The results of a call with more than one; only a binding, an assignment or `return` can take all.
struct Several {
  std::vector<Datum> items;
  bool first_alone = false;  ///< where one value is wanted, it is the first
};

using Text = std::shared_ptr<const std::string>;
using ListPtr = std::shared_ptr<const List>;
using SeveralPtr = std::shared_ptr<const Several>;

struct Datum {
  std::variant<Poison, std::int64_t, double, bool, Text, ListPtr, TensorRef, SeveralPtr> value;

  template <class T>
  const T *as() const {
    return std::get_if<T>(&value);
  }
  bool is_poison() const { return as<Poison>() != nullptr; }
  bool is_tensor() const { return as<TensorRef>() != nullptr; }
  bool is_number() const { return as<std::int64_t>() != nullptr || as<double>() != nullptr; }
  /// The list's items, or null.
  const std::vector<Datum> *items() const;
  /// The text, or null.
  const std::string *text() const;
};

/// Lists nest no deeper (a deeper one could not be freed without deep recursion, nor is it a tensor's).
constexpr int max_list_depth = 16;

Datum text_datum(std::string text);
/// Precondition: no item's depth reaches max_list_depth.
Datum list_datum(std::vector<Datum> items);
Datum int_list(const std::vector<std::int64_t> &items);
/// Nothing deeper than this may go into another list.
int depth_of(const Datum &datum);

/// The elements in a list and in its lists, the characters of a text, else 0; counted no further than to `most` + 1
/// (lists share their parts, so the count may be beyond all bounds).
std::int64_t size_of(const Datum &datum, std::int64_t most);

/// A number as a double; integers beyond 2^53 are rounded to nearest. Precondition: is_number().
double number(const Datum &datum);

/// As the user would write it, cut where it is long: `3`, `2.5`, `"same"`, `[1, 2, ...]`. Not for tensors.
std::string literal(const Datum &datum);
/// For messages: "the integer 3", "the text "same"", "a tensor f32[3, 8, 8]". `graph` owns the tensors.
std::string describe(const Datum &datum, const Graph &graph);

}  // namespace cnnc::net
