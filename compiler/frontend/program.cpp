#include "compiler/frontend/program.hpp"

#include <algorithm>

#include "compiler/ops/foreign_names.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc::net {

namespace {

constexpr std::pair<std::string_view, SpecialForm> special_forms[] = {
    {"tensor", SpecialForm::tensor},
    {"load", SpecialForm::load},
    {"parameter", SpecialForm::parameter},
    {"grad", SpecialForm::grad},
};

constexpr std::string_view later_operators[] = {"cross_entropy", "mse"};

ItemTable &table_for(FileItems &items, const ast::Item &item) {
  return item.as<ast::Constant>() ? items.constants : items.callables;
}

void add_own(FileItems &items, const ast::Item &item, Diagnostics &diagnostics) {
  const ast::Name &name = *name_of(item);
  const auto [place, added] = table_for(items, item).emplace(name.text, &item);
  if (added) return;
  diagnostics.report(DiagnosticKind::name_taken, name.span, "the file already defines " + quoted(name.text))
      .note(name_of(*place->second)->span, "the first " + quoted(name.text) + " is here");
}

/// Of two definitions that a file sees, one at least is imported.
void report_clash(const FileItems &items, const FoundImport &import, const ast::Item &first, const ast::Item &second,
                  const SourceMap &sources, Diagnostics &diagnostics) {
  const ast::Name &here = *name_of(first), &there = *name_of(second);
  const auto file_of = [&](const ast::Name &name) { return quoted(sources.file(name.span.file).path()); };
  const auto line_of = [&](const ast::Name &name) {
    return std::to_string(sources.file(name.span.file).line_column(name.span.begin).line);
  };
  if (here.span.file == items.file->file)
    diagnostics
        .report(DiagnosticKind::name_taken, here.span,
                quoted(here.text) + " is defined here, and in " + file_of(there) + ", which this file imports")
        .note(there.span, "the imported " + quoted(there.text) + " is here");
  else
    diagnostics
        .report(DiagnosticKind::name_taken, import.place,
                quoted(here.text) + " is defined in " + file_of(here) + ", and in line " + line_of(there) + " of " +
                    file_of(there) + "; this file imports both")
        .note(here.span, "the first " + quoted(here.text) + " is here");
}

void add_imported(FileItems &items, const ast::File &imported, const FoundImport &import, const SourceMap &sources,
                  Diagnostics &diagnostics) {
  for (const ast::Item &item : imported.items) {
    items.incomplete = items.incomplete || item.as<ast::ErrorItem>();
    if (!name_of(item)) continue;
    const std::string_view name = name_of(item)->text;
    const auto [place, added] = table_for(items, item).emplace(name, &item);
    const Span other = name_of(*place->second)->span;
    // A name that the imported file defines twice is reported there; a file that is imported twice is no clash.
    if (!added && other.file != imported.file) report_clash(items, import, *place->second, item, sources, diagnostics);
  }
}

}  // namespace

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

Program index_items(const SourceTree &tree, const SourceMap &sources, Diagnostics &diagnostics) {
  Program program;
  program.sources = &sources;
  program.lone = tree.lone;
  for (const ast::File &file : tree.files) {
    program.places.emplace(file.file, program.files.size());
    FileItems &items = program.files.emplace_back();
    items.file = &file;
    items.incomplete = tree.incomplete.contains(file.file);
    for (const ast::Item &item : file.items) {
      if (item.as<ast::ErrorItem>()) items.incomplete = true;
      if (name_of(item)) add_own(items, item, diagnostics);
    }
  }
  for (const auto &[importer, imports] : tree.imports)
    for (const FoundImport &import : imports)
      add_imported(program.files[program.places.at(importer)], *program.files[program.places.at(import.file)].file,
                   import, sources, diagnostics);
  for (const FileItems &items : program.files) program.incomplete = program.incomplete || items.incomplete;
  return program;
}

const ast::Name *name_of(const ast::Item &item) {
  if (const auto *network = item.as<ast::Network>()) return &network->name;
  if (const auto *block = item.as<ast::Block>()) return &block->name;
  if (const auto *constant = item.as<ast::Constant>()) return &constant->name;
  return nullptr;
}

const ast::Body &body_of(const ast::Item &item) {
  if (const auto *network = item.as<ast::Network>()) return network->body;
  const auto *block = item.as<ast::Block>();
  CNNC_CHECK(block != nullptr, "only networks and blocks have bodies");
  return block->body;
}

std::string title(const ast::Item &item) {
  const ast::Name *name = name_of(item);
  CNNC_CHECK(name != nullptr, "an item without a name");
  const char *kind = item.as<ast::Network>() ? "network " : item.as<ast::Block>() ? "block " : "const ";
  return kind + quoted(name->text);
}

Callee find_callee(const Program &program, const ast::Name &name, const ast::Item *inside) {
  Callee callee;
  for (const auto &[word, form] : special_forms)
    if (word == name.text) callee.form = form;
  callee.function = find_function(name.text);
  callee.op = find_operator(name.text);
  if (callee.op && callee.op->internal) callee.op = nullptr;
  const ItemTable &callables = program.seen_at(name.span).callables;
  const auto found = callables.find(name.text);
  if (found != callables.end() && (found->second != inside || !callee.known()))
    return {.item = found->second, .form = SpecialForm::none, .function = nullptr, .op = nullptr};
  return callee;
}

bool is_later_operator(std::string_view name) {
  return std::binary_search(std::begin(later_operators), std::end(later_operators), name);
}

std::string nearest_hint(std::string_view name, const std::vector<std::string_view> &candidates) {
  const std::string_view nearest = nearest_name(name, candidates);
  return nearest.empty() ? std::string() : "did you mean " + quoted(nearest) + "?";
}

std::string import_hint(const Program &program, const ast::Name &name, ItemTable FileItems::*table) {
  for (const FileItems &items : program.files) {
    const auto found = (items.*table).find(name.text);
    if (found == (items.*table).end()) continue;
    const FileId file = name_of(*found->second)->span.file;
    return quoted(program.sources->file(file).path()) + " defines it: import that file here";
  }
  return {};
}

std::string callee_hint(const Program &program, const ast::Name &name) {
  std::string elsewhere = import_hint(program, name, &FileItems::callables);
  if (!elsewhere.empty()) return elsewhere;
  if (name.text == "range") return "a range is written 0..n";
  const std::string_view ours = operator_called(name.text);
  if (!ours.empty()) return "it is called " + quoted(ours) + " here";
  std::vector<std::string_view> candidates;
  for (const auto &[candidate, item] : program.seen_at(name.span).callables) candidates.push_back(candidate);
  for (const OpDef *op : all_operators())
    if (!op->internal) candidates.push_back(op->name);
  for (const Function &function : all_functions()) candidates.push_back(function.name);
  for (const auto &[word, form] : special_forms) candidates.push_back(word);
  return nearest_hint(name.text, candidates);
}

}  // namespace cnnc::net
