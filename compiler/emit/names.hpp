// Names in emitted C++: identifiers made of names from outside, and the scopes that they live in.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cnnc {

/// An identifier that reads like `name` and that C++, the C library, macros and the runtime's vocabulary leave free:
/// other characters become `_`, a reserved name gets a `_` behind it.
std::string safe_identifier(std::string_view name);
/// "conv1_out" as "Conv1Out", safe as well.
std::string pascal_case(std::string_view name);

/// The names visible at one place of the text.
class Scope {
 public:
  /// `name` made safe, and with a number behind it if it is visible already; visible from now on.
  std::string declare(std::string_view name);
  /// Marks a place; leave() forgets all names declared since.
  std::size_t enter() const { return order_.size(); }
  void leave(std::size_t mark);

 private:
  std::set<std::string> visible_;
  std::vector<std::string> order_;
};

}  // namespace cnnc
