// The items of a `.net` file by name, and what the name in a call stands for.
//
// Values, and what can be called, have a namespace each. A network or block hides the operator of its name, but not
// within itself: as it may not call itself, its own name there means what it means outside.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "compiler/frontend/ast.hpp"
#include "compiler/frontend/functions.hpp"
#include "compiler/frontend/source_tree.hpp"
#include "compiler/ops/op.hpp"

namespace cnnc::net {

/// Items by their names.
using ItemTable = std::map<std::string_view, const ast::Item *>;

/// What the text of one file sees: its own items, and those of the files that it imports.
struct FileItems {
  const ast::File *file = nullptr;
  ItemTable callables;  ///< networks and blocks; the first of a name
  ItemTable constants;  ///< the first of a name
  /// Items are missing (text that was skipped, an import that failed): a name that is not found may be one of theirs.
  bool incomplete = false;
};

struct Program {
  const SourceMap *sources = nullptr;
  std::vector<FileItems> files;  ///< at the front the one whose networks are meant; then those it imports
  std::map<FileId, std::size_t> places;
  bool incomplete = false;  ///< one of the files is
  bool lone = false;        ///< a text without a folder: it loads nothing

  const ast::File &main() const { return *files.front().file; }
  /// What a text sees, wherever it is evaluated: each name is looked up in the file in which it stands.
  const FileItems &seen_at(Span place) const { return files[places.at(place.file)]; }
};

/// The tables of all files; reports names of which a file sees two definitions. `tree` must outlive the result.
Program index_items(const SourceTree &tree, const SourceMap &sources, Diagnostics &diagnostics);

/// The name of a network, block or constant; null for other items.
const ast::Name *name_of(const ast::Item &item);
/// The body of a network or block. Precondition: the item is one of these.
const ast::Body &body_of(const ast::Item &item);
/// "network 'lenet5'", "block 'basic'".
std::string title(const ast::Item &item);

/// What is called like an operator, but is none.
enum class SpecialForm : std::uint8_t { none, tensor, load, parameter, grad };

/// What the name in a call stands for; several of an operator, a function and nothing else can be at once.
struct Callee {
  const ast::Item *item = nullptr;
  SpecialForm form = SpecialForm::none;
  const Function *function = nullptr;
  const OpDef *op = nullptr;

  bool known() const { return item || form != SpecialForm::none || function || op; }
};

/// `inside`: the item that the call stands in, or null.
Callee find_callee(const Program &program, const ast::Name &name, const ast::Item *inside);
/// True for an operator that the language has and this version does not.
bool is_later_operator(std::string_view name);
/// Where a name that a file does not see is defined all the same: in a file that others import. Empty if nowhere.
std::string import_hint(const Program &program, const ast::Name &name, ItemTable FileItems::*table);
/// "did you mean 'max_pool'?", or empty.
std::string callee_hint(const Program &program, const ast::Name &name);
/// "did you mean 'name'?" for the nearest of the candidates, or empty.
std::string nearest_hint(std::string_view name, const std::vector<std::string_view> &candidates);
/// 'text', fit to be shown in a message.
std::string quoted(std::string_view text);

}  // namespace cnnc::net
