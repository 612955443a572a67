#include <fmt/format.h>

#include <cmath>

#include "compiler/frontend/number_lists.hpp"
#include "compiler/frontend/special_forms.hpp"
#include "compiler/frontend/weights_npy.hpp"
#include "compiler/support/files.hpp"

namespace cnnc::net {

namespace {

/// Why a source may not name this file; empty if it may.
std::string refusal(const std::string &name) {
  if (has_controls(name)) return quoted(name) + " holds control characters";
  if (name.starts_with('/')) return quoted(name) + " is an absolute path";
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (name.substr(begin, end - begin) == "..") return quoted(name) + " leads upwards with '..'";
    begin = end + 1;
  }
  return {};
}

/// True if a path that exists lies below a folder even when symbolic links are followed.
bool lies_below(const std::string &path, const std::string &folder) {
  const auto real_folder = real_path(folder), real_file = real_path(path);
  return real_folder && real_file && real_file->starts_with(*real_folder == "/" ? "/" : *real_folder + "/");
}

/// "[1, 4]", of the element at a place in row-major order.
std::string index_text(std::size_t place, const Shape &shape) {
  Shape index(shape.size(), 0);
  auto rest = static_cast<std::int64_t>(place);
  for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) index[axis] = rest % shape[axis];
  return to_string(index);
}

class Loader {
 public:
  Loader(Checker &checker, Span place, std::string path) : checker_(checker), place_(place), path_(std::move(path)) {}

  std::optional<Tensor> read() {
    Diagnostics found;
    std::optional<Array> array;
    if (const auto source = open_file(path_, found)) array = read_npy(*source, path_, "", nullptr, found);
    if (!array) {
      for (const Diagnostic &diagnostic : found.all())
        fault(diagnostic.kind, in_sentence(diagnostic.message), diagnostic.hint_);
      return std::nullopt;
    }
    if (!has_tensor_shape(array->shape)) return std::nullopt;
    Tensor tensor{{DType::f32, std::move(array->shape)}, array->values()};
    return round(tensor) ? std::optional<Tensor>(std::move(tensor)) : std::nullopt;
  }

 private:
  void fault(DiagnosticKind kind, const std::string &message, const std::string &hint = {}) {
    checker_.fault(kind, place_, quoted(path_) + message, hint);
  }

  /// "is truncated" and "its header …" are both said of a file.
  static std::string in_sentence(const std::string &message) {
    for (const char *verb : {"is ", "has ", "claims ", "cannot "})
      if (message.starts_with(verb)) return " " + message;
    return ": " + message;
  }

  bool has_tensor_shape(const Shape &shape) {
    for (const std::int64_t extent : shape) {
      if (extent > 0) continue;
      fault(DiagnosticKind::dimension_invalid, " has the shape " + to_string(shape) + ", which holds no number");
      return false;
    }
    if (shape.size() <= max_rank) return true;
    fault(DiagnosticKind::dimension_invalid,
          fmt::format(" has {} dimensions, and a tensor has at most {}", shape.size(), max_rank));
    return false;
  }

  /// To f32; all must be finite there.
  bool round(Tensor &tensor) {
    for (std::size_t i = 0; i < tensor.data.size(); ++i) {
      const double value = tensor.data[i];
      const double rounded = static_cast<float>(value);
      tensor.data[i] = rounded;
      if (std::isfinite(rounded)) continue;
      const std::string at = " at " + index_text(i, tensor.type.shape);
      if (std::isfinite(value))
        fault(DiagnosticKind::outside_domain, fmt::format(" holds {}{}, which is too large for f32", value, at),
              "f32 reaches 3.4e38");
      else
        fault(DiagnosticKind::weights_not_finite,
              fmt::format(" holds {}{}", std::isnan(value) ? "NaN" : "an infinity", at),
              "what a network loads is finite");
      return false;
    }
    return true;
  }

  Checker &checker_;
  Span place_;
  std::string path_;
};

/// The tensor of a file, read once in a run. Nothing if a fault was reported, now or before.
const SharedTensor *read_once(Checker &checker, const std::string &path, Span place) {
  LoadedFiles &loaded = checker.budget.loaded;
  const auto known = loaded.tensors.find(path);
  if (known != loaded.tensors.end()) return known->second ? &known->second : nullptr;
  auto tensor = Loader(checker, place, path).read();
  SharedTensor &kept = loaded.tensors[path];
  loaded.paths.push_back(path);
  if (!tensor || !checker.spend_loaded(element_count(tensor->type.shape), place)) return nullptr;
  kept = SharedTensor(std::move(*tensor));
  return &kept;
}

/// The path of the file that an argument names, if a source may name it and it is there.
std::optional<std::string> path_of(Checker &checker, const std::string &name, Span place, FileId importer) {
  if (checker.program.lone) {
    checker.fault(DiagnosticKind::file_not_found, place, "there are no files beside this text");
    return std::nullopt;
  }
  if (name.empty()) {
    checker.fault(DiagnosticKind::file_not_found, place, "the name of the file is empty");
    return std::nullopt;
  }
  constexpr const char *below = "what a network loads lies in the folder of its file, or below";
  const std::string refused = refusal(name);
  const std::string folder = folder_of(checker.program.sources->file(importer).path());
  const std::string path = join_path(folder, name);
  if (!refused.empty()) {
    checker.fault(DiagnosticKind::file_name_refused, place, refused, below);
    return std::nullopt;
  }
  if (!path_exists(path)) {
    checker.fault(DiagnosticKind::file_not_found, place, "there is no file " + quoted(path),
                  "the path is relative to the folder of the file in which 'load' stands");
    return std::nullopt;
  }
  if (real_path(path) && !lies_below(path, folder)) {  // a link to nothing is told by what opens it
    checker.fault(DiagnosticKind::file_name_refused, place,
                  quoted(name) + " leads out of the folder through a symbolic link", below);
    return std::nullopt;
  }
  return path;
}

}  // namespace

Datum load_tensor(Checker &checker, const CallContext &context) {
  refuse_paths(checker, context, "'load'");
  const Arguments &arguments = context.arguments;
  const ast::Name &callee = context.call.callee;
  if (!arguments.named.empty())
    return checker.fault(DiagnosticKind::unknown_argument, arguments.named.front().name->span,
                         "'load' takes the name of a file and no arguments by name");
  if (arguments.positional.size() > 1)
    return checker.fault(DiagnosticKind::arguments_surplus, arguments.positional[1].span,
                         "'load' takes the name of one file");
  if (arguments.any_poison()) return {};
  if (arguments.positional.empty())
    return checker.fault(DiagnosticKind::argument_missing, callee.span, "'load' takes the name of a file",
                         "load(\"numbers.npy\")");
  const Given &given = arguments.positional.front();
  const std::string *name = given.value.text();
  if (!name)
    return checker.fault(DiagnosticKind::argument_kind, given.span,
                         "'load' takes the name of a file, but found " + describe(given.value, checker.graph),
                         "load(\"numbers.npy\")");
  const auto path = path_of(checker, *name, given.span, callee.span.file);
  if (!path) return {};
  const SharedTensor *tensor = read_once(checker, *path, given.span);
  if (!tensor) return {};
  const auto [place, fresh] = checker.loaded.emplace(*path, -1);
  if (fresh)
    place->second = checker.graph.add_value({.name = {},
                                             .type = tensor->type(),
                                             .kind = ValueKind::constant,
                                             .producer = -1,
                                             .data = *tensor,
                                             .given_in_source = false,
                                             .span = given.span});
  checker.loaded_values.insert(place->second);
  return {TensorRef{place->second}};
}

}  // namespace cnnc::net
