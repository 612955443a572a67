#include "compiler/driver/tensor_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "compiler/eval/eval_graph.hpp"
#include "compiler/frontend/weights.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

std::string names_of(const std::vector<ProgramTensor> &tensors) {
  std::string text;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    text += (i == 0 ? "" : i + 1 == tensors.size() ? " and " : ", ") + in_quotes(tensors[i].name);
  return text;
}

struct Range {
  double low, high;
};

/// The integers that a dtype holds; nothing for floats.
std::optional<Range> integer_range(DType dtype) {
  switch (dtype) {
    case DType::f32:
    case DType::f16:
    case DType::bf16:
      return std::nullopt;
    case DType::i32:
      return Range{-2147483648.0, 2147483647.0};
    case DType::u8:
      return Range{0, 255};
    case DType::i8:
      return Range{-128, 127};
  }
  CNNC_UNREACHABLE("a dtype");
}

std::string_view numpy_name(DType dtype) {
  switch (dtype) {
    case DType::f32:
    case DType::bf16:
      return "float32";
    case DType::f16:
      return "float16";
    case DType::i32:
      return "int32";
    case DType::u8:
      return "uint8";
    case DType::i8:
      return "int8";
  }
  CNNC_UNREACHABLE("a dtype");
}

struct InputReader {
  const std::vector<ProgramTensor> &expected;
  Session &session;
  std::map<std::string, Tensor, std::less<>> found = {};

  const ProgramTensor *find(std::string_view name) const {
    for (const ProgramTensor &tensor : expected)
      if (tensor.name == name) return &tensor;
    return nullptr;
  }

  bool unknown(const std::string &name, const std::string &file) {
    std::vector<std::string_view> names;
    for (const ProgramTensor &tensor : expected) names.push_back(tensor.name);
    const std::string_view nearest = nearest_name(name, names);
    session.diagnostics
        .report_file(DiagnosticKind::input_unknown, file, fmt::format("the network has no input {}", in_quotes(name)))
        .hint(nearest.empty() ? expected.empty() ? "it has no inputs at all" : "it has " + names_of(expected)
                              : fmt::format("did you mean '{}'?", nearest));
    return false;
  }

  bool mismatch(const ProgramTensor &input, const std::string &file, const std::string &message,
                const std::string &hint) {
    session.diagnostics
        .report_file(DiagnosticKind::input_mismatch, file,
                     fmt::format("input {} is {}, but {}", in_quotes(input.name), to_string(input.type), message))
        .hint(hint);
    return false;
  }

  bool take(const ProgramTensor &input, const std::string &file, const Array &array) {
    if (array.shape != input.type.shape)
      return mismatch(input, file, fmt::format("the array has the shape {}", to_string(array.shape)), "");
    const std::optional<Range> range = integer_range(input.type.dtype);
    const bool fits = range.has_value() != is_float(array.type);
    if (!fits)
      return mismatch(input, file, fmt::format("the array holds {}", name(array.type)),
                      fmt::format("convert it in NumPy: a.astype(numpy.{})", numpy_name(input.type.dtype)));
    std::vector<double> values = array.values();
    for (std::size_t i = 0; range && i < values.size(); ++i)
      if (values[i] < range->low || values[i] > range->high)
        return mismatch(input, file, fmt::format("its number {} is {}, which that cannot hold", i, values[i]), "");
    if (found.count(input.name) != 0) {
      session.usage(fmt::format("input {} is given twice", in_quotes(input.name)));
      return false;
    }
    found[input.name] = as_held({input.type, std::move(values)});
    return true;
  }

  /// Reads one array of a file for one input: first what the file holds, then, its name known, the numbers.
  bool read_one(const ProgramTensor &input, const std::string &file, std::string array_name) {
    const WantedArrays nothing;
    const std::optional<Arrays> names = read_arrays(file, &nothing, session.diagnostics);
    if (!names) return false;
    if (names->size() == 1) array_name = names->begin()->first;
    if (names->find(array_name) == names->end()) {
      session.diagnostics.report_file(DiagnosticKind::input_absent, file,
                                      fmt::format("holds no array {}", in_quotes(array_name)));
      return false;
    }
    const WantedArrays wanted = {{array_name, input.type.shape}};
    std::optional<Arrays> arrays = read_arrays(file, &wanted, session.diagnostics);
    return arrays && take(input, file, arrays->find(array_name)->second);
  }

  bool read_all(const std::string &file) {
    WantedArrays wanted;
    for (const ProgramTensor &tensor : expected) wanted[tensor.name] = tensor.type.shape;
    std::optional<Arrays> arrays = read_arrays(file, &wanted, session.diagnostics);
    if (!arrays) return false;
    bool good = true;
    for (auto &[name, array] : *arrays) {
      const ProgramTensor *input = find(name);
      good = (input == nullptr ? unknown(name, file) : take(*input, file, array)) && good;
    }
    return good;
  }

  bool read(const std::string &argument) {
    const std::size_t equals = argument.find('=');
    const auto in_name = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
    };
    const std::string name = argument.substr(0, equals == std::string::npos ? 0 : equals);
    if (!name.empty() && std::all_of(name.begin(), name.end(), in_name)) {
      const std::string file = argument.substr(equals + 1);
      const ProgramTensor *input = find(name);
      return input == nullptr ? unknown(name, file) : read_one(*input, file, name);
    }
    if (extension_of(argument) != ".npy") return read_all(argument);
    if (expected.size() == 1) return read_one(expected[0], argument, expected[0].name);
    if (expected.empty()) return unknown(stem_of(argument), argument);
    session.diagnostics
        .report_file(DiagnosticKind::input_unknown, argument, "the network has several inputs; which one is this?")
        .hint(fmt::format("name it, as in '--input {}=FILE.npy'; there are {}", expected[0].name, names_of(expected)));
    return false;
  }
};

}  // namespace

std::optional<std::vector<Tensor>> read_inputs(const std::vector<ProgramTensor> &expected,
                                               const std::vector<std::string> &arguments, Session &session) {
  InputReader reader{expected, session};
  bool good = true;
  for (const std::string &argument : arguments) good = reader.read(argument) && good;
  if (!good) return std::nullopt;
  std::vector<Tensor> inputs;
  std::vector<ProgramTensor> missing;
  for (const ProgramTensor &tensor : expected) {
    const auto place = reader.found.find(tensor.name);
    if (place == reader.found.end())
      missing.push_back(tensor);
    else
      inputs.push_back(std::move(place->second));
  }
  if (missing.empty()) return inputs;
  session.diagnostics
      .report_file(DiagnosticKind::input_absent, "",
                   fmt::format("input{} {} {} not given", missing.size() == 1 ? "" : "s", names_of(missing),
                               missing.size() == 1 ? "is" : "are"))
      .hint(fmt::format("add '--input {}=FILE.npy', an array {}", missing[0].name, to_string(missing[0].type)));
  return std::nullopt;
}

std::vector<ProgramTensor> inputs_of(const Graph &graph) {
  std::vector<ProgramTensor> inputs;
  for (const ValueId id : graph.inputs) {
    const Value &value = graph.values[static_cast<std::size_t>(id)];
    inputs.push_back({value.name, with_samples(value.type, graph.batch)});
  }
  return inputs;
}

std::optional<NamedTensors> evaluate_outputs(const Graph &graph, const std::vector<Tensor> &inputs,
                                             Diagnostics &diagnostics) {
  std::optional<BadIndex> bad;
  std::vector<Tensor> values = eval_graph(graph, inputs, &bad);
  if (bad) {
    const Node &node = graph.nodes[static_cast<std::size_t>(bad->node)];
    diagnostics
        .report(DiagnosticKind::run_time_index, node.span,
                fmt::format("index {} is out of range: there are {} elements", bad->fault.index, bad->fault.limit))
        .hint(fmt::format("the indices go from 0 to {}; compiled code returns CNNC_BAD_INDEX here",
                          bad->fault.limit - 1));
    return std::nullopt;
  }
  NamedTensors outputs;
  for (std::size_t i = 0; i < values.size(); ++i)
    outputs.emplace_back(graph.outputs[i].name, as_held(std::move(values[i])));
  return outputs;
}

}  // namespace cnnc
