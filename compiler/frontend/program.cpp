#include "compiler/frontend/program.hpp"

#include <algorithm>

#include "compiler/support/checks.hpp"

namespace cnnc::net {

namespace {

constexpr std::pair<std::string_view, SpecialForm> special_forms[] = {
    {"tensor", SpecialForm::tensor},
    {"load", SpecialForm::load},
    {"parameter", SpecialForm::parameter},
    {"grad", SpecialForm::grad},
};

constexpr std::string_view later_operators[] = {
    "argmax", "cast",          "conv_transpose", "cross_entropy", "embedding", "group_norm",
    "gru",    "instance_norm", "layer_norm",     "lrn",           "lstm",      "matmul",
    "mse",    "normalize",     "prelu",          "rbf",           "scale"};

void add_item(std::map<std::string_view, const ast::Item *> &table, const ast::Item &item, Diagnostics &diagnostics) {
  const ast::Name &name = *name_of(item);
  const auto [place, added] = table.emplace(name.text, &item);
  if (added) return;
  diagnostics.report(DiagnosticKind::name_taken, name.span, "the file already defines " + quoted(name.text))
      .note(name_of(*place->second)->span, "the first " + quoted(name.text) + " is here");
}

}  // namespace

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

Program index_items(const ast::File &file, Diagnostics &diagnostics) {
  Program program;
  program.file = &file;
  for (const ast::Item &item : file.items) {
    if (const auto *import = item.as<ast::Import>()) {
      diagnostics.report(DiagnosticKind::not_supported, import->path_span, "'import' is not supported by this version")
          .hint("copy the items of that file into this one");
      program.incomplete = true;
    } else if (item.as<ast::ErrorItem>()) {
      program.incomplete = true;
    } else if (item.as<ast::Constant>()) {
      add_item(program.constants, item, diagnostics);
    } else {
      add_item(program.callables, item, diagnostics);
    }
  }
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

Callee find_callee(const Program &program, std::string_view name, const ast::Item *inside) {
  Callee callee;
  for (const auto &[word, form] : special_forms)
    if (word == name) callee.form = form;
  callee.function = find_function(name);
  callee.op = find_operator(name);
  if (callee.op && callee.op->internal) callee.op = nullptr;
  const auto found = program.callables.find(name);
  if (found != program.callables.end() && (found->second != inside || !callee.known()))
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

std::string callee_hint(const Program &program, std::string_view name) {
  std::vector<std::string_view> candidates;
  for (const auto &[candidate, item] : program.callables) candidates.push_back(candidate);
  for (const OpDef *op : all_operators())
    if (!op->internal) candidates.push_back(op->name);
  for (const Function &function : all_functions()) candidates.push_back(function.name);
  for (const auto &[word, form] : special_forms) candidates.push_back(word);
  return nearest_hint(name, candidates);
}

}  // namespace cnnc::net
