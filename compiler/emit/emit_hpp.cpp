// model.hpp: the C++ class of a model.
#include "compiler/emit/emit_expr.hpp"
#include "compiler/emit/emit_weights.hpp"
#include "compiler/emit/module.hpp"
#include "compiler/emit/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cnnc {

namespace {

/// Results up to this size are also returned by value.
constexpr std::int64_t returned_bytes = 16 << 10;

struct Face {
  std::vector<std::string> inputs, outputs;                      ///< names of the types of the tensors
  std::vector<std::string> members;                              ///< of the outputs in struct Outputs
  std::vector<std::string> input_parameters, output_parameters;  ///< of the methods
  bool returns = false;                                          ///< there is an operator()
  std::string result;                                            ///< its type
};

Face make_face(const Module &module) {
  Face face;
  Scope scope;
  for (std::string_view taken : {"Workspace", "Model", "Outputs", "Loaded"}) scope.declare(taken);
  for (const std::string &name : module.inputs) face.inputs.push_back(scope.declare(pascal_case(name)));
  for (const std::string &name : module.outputs) face.outputs.push_back(scope.declare(pascal_case(name)));
  Scope members;
  for (const ProgramTensor &output : module.common().outputs) face.members.push_back(members.declare(output.name));
  // Parameters hide nothing that the methods use.
  const std::string &prefix = module.options.prefix;
  for (const std::string &taken : std::initializer_list<std::string>{
           "run", "run_on", "run_as", "model", "target", "result", "status", "inputs", "outputs", "weights", "weights_",
           "workspace", "workspace_", prefix + "_model", prefix + "_model_for"})
    scope.declare(taken);
  for (const ProgramTensor &input : module.common().inputs) face.input_parameters.push_back(scope.declare(input.name));
  for (const ProgramTensor &output : module.common().outputs)
    face.output_parameters.push_back(scope.declare(output.name));
  std::int64_t bytes = 0;
  for (const ProgramTensor &tensor : module.common().outputs)
    bytes += byte_size(tensor.type.dtype) * element_count(tensor.type.shape);
  face.returns = !face.outputs.empty() && bytes <= returned_bytes;
  face.result = face.outputs.size() == 1 ? face.outputs[0] : "Outputs";
  return face;
}

/// `qualifier`: "const " or nothing.
std::vector<std::string> views(const std::vector<ProgramTensor> &tensors, const std::vector<std::string> &names,
                               std::string_view qualifier) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    list.push_back(fmt::format("cnnc::view<{}{}, {}> {}", qualifier, element_text(tensors[i].type.dtype),
                               element_count(tensors[i].type.shape), names[i]));
  return list;
}

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string> &b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

void write_types(CppWriter &writer, const Module &module, const Face &face) {
  auto alias = [&](const ProgramTensor &tensor, const std::string &type) {
    writer.comment(fmt::format("{}: {}", tensor.name, tensor_text(tensor)), "///");
    writer.line(fmt::format("using {} = std::array<{}, {}>;", type, element_text(tensor.type.dtype),
                            element_count(tensor.type.shape)));
  };
  for (std::size_t i = 0; i < face.inputs.size(); ++i) alias(module.common().inputs[i], face.inputs[i]);
  for (std::size_t i = 0; i < face.outputs.size(); ++i) alias(module.common().outputs[i], face.outputs[i]);
  writer.line();
  if (face.outputs.size() > 1) {
    writer.open("struct Outputs {");
    for (std::size_t i = 0; i < face.outputs.size(); ++i)
      // The type by its full name: a member may have the name of one.
      writer.line(fmt::format("::{}::{} {};", module.options.prefix, face.outputs[i], face.members[i]));
    writer.close("};");
    writer.line();
  }
  writer.line(fmt::format("constexpr std::size_t workspace_bytes = {};", workspace_bytes(module)));
  writer.line("constexpr std::size_t workspace_alignment = 64;");
  if (module.place == WeightsPlace::file)
    writer.line(fmt::format("constexpr std::size_t weights_bytes = {};", image_bytes(module)));
  writer.line();
  writer.line("/// The scratch memory of one run at a time. Static, on the heap, or the caller's own bytes.");
  writer.line(fmt::format("struct alignas(64) Workspace {{ std::byte bytes[{}]; }};",
                          std::max<std::int64_t>(workspace_bytes(module), 64)));
  writer.line();
}

void write_constructors(CppWriter &writer, const Module &module) {
  bool file = module.place == WeightsPlace::file;
  std::string parameter = file ? "const void *weights, " : "", start = file ? "weights_(weights), " : "";
  if (file) writer.line("/// `weights`: the whole weights file, at a multiple of 64; load() maps and verifies one.");
  std::string mark = file ? "" : "explicit ";
  writer.line(fmt::format("{}Model({}Workspace &workspace) noexcept : {}workspace_(workspace.bytes) {{}}", mark,
                          parameter, start));
  writer.line("/// The caller's bytes: workspace_bytes of them, at a multiple of 64.");
  writer.line(
      fmt::format("{}Model({}std::byte *workspace) noexcept : {}workspace_(workspace) {{}}", mark, parameter, start));
  writer.line();
}

/// Views of all tensors, as parameters of a function.
std::vector<std::string> all_views(const Module &module, const Face &face) {
  return joined(views(module.common().inputs, face.input_parameters, "const "),
                views(module.common().outputs, face.output_parameters, ""));
}

/// The statements that run `model`, an expression, and end of the function.
void write_run_body(CppWriter &writer, const Module &module, const Face &face, std::string_view model) {
  std::vector<std::string> inputs, outputs;
  for (const std::string &name : face.input_parameters) inputs.push_back(name + ".data()");
  for (const std::string &name : face.output_parameters) outputs.push_back(name + ".data()");
  writer.indent();
  for (const std::string &name : joined(face.input_parameters, face.output_parameters))
    writer.line("if (" + name + ".data() == nullptr) return CNNC_BAD_INDEX;");
  if (inputs.empty()) inputs.push_back("nullptr");
  if (outputs.empty()) outputs.push_back("nullptr");
  writer.list("const void *const inputs[] = {", inputs, "};");
  writer.list("void *const outputs[] = {", outputs, "};");
  writer.line(fmt::format("return {}->run({}, inputs, outputs, workspace_);", model,
                          module.place == WeightsPlace::file ? "weights_" : "nullptr"));
  writer.close();
}

void write_run_methods(CppWriter &writer, const Module &module, const Face &face) {
  const std::string &prefix = module.options.prefix;
  const std::vector<std::string> arguments = joined(face.input_parameters, face.output_parameters);
  writer.line(
      "/// CNNC_BAD_TARGET on a CPU without the instruction set, CNNC_BAD_INDEX for a null or wrong-sized view.");
  writer.list("cnnc_status run(", all_views(module, face), ") const noexcept {");
  if (!module.is_list()) return write_run_body(writer, module, face, prefix + "_model()");
  writer.list("  return run_on(", joined({prefix + "_model()"}, arguments), ");");
  writer.line("}");
  writer.line();
  std::string known;
  for (const Variant &variant : module.variants)
    known += (known.empty() ? "" : ", ") + string_literal(variant.target.name);
  writer.line("/// The same on one target: " + known + ". CNNC_BAD_TARGET for any other.");
  writer.list("cnnc_status run_as(", joined({"const char *target"}, all_views(module, face)), ") const noexcept {");
  writer.line(fmt::format("  const cnnc_model *const model = {}_model_for(target);", prefix));
  writer.list("  return model == nullptr ? CNNC_BAD_TARGET : run_on(", joined({"model"}, arguments), ");");
  writer.line("}");
}

void write_call_operator(CppWriter &writer, const Module &module, const Face &face) {
  if (!face.returns) return;
  std::vector<std::string> arguments = face.input_parameters;
  for (const std::string &name : face.members)
    arguments.push_back(face.outputs.size() == 1 ? "result" : "result." + name);
  writer.line();
  writer.line("/// A failure calls CNNC_FAIL(status), by default abort.");
  writer.list(face.result + " operator()(", views(module.common().inputs, face.input_parameters, "const "),
              ") const {");
  writer.indent();
  writer.line(face.result + " result{};");
  writer.list("const cnnc_status status = run(", arguments, ");");
  writer.line("if (status != CNNC_OK) CNNC_FAIL(status);");
  writer.line("return result;");
  writer.close();
}

void write_model_class(CppWriter &writer, const Module &module, const Face &face) {
  writer.line(
      "/// The model: a pointer to its workspace, nothing more. Views are made of arrays, vectors, spans, or pointer "
      "and");
  writer.line("/// size; tensors are dense and row-major. Two threads may use two models with two workspaces.");
  writer.line("class Model {");
  writer.line(" public:");
  writer.indent();
  write_constructors(writer, module);
  write_run_methods(writer, module, face);
  write_call_operator(writer, module, face);
  writer.close("");
  writer.line(" private:");
  if (module.is_list()) {
    writer.indent();
    writer.list("cnnc_status run_on(", joined({"const cnnc_model *model"}, all_views(module, face)),
                ") const noexcept {");
    write_run_body(writer, module, face, "model");
    writer.close("");
  }
  if (module.place == WeightsPlace::file) writer.line("  const void *weights_;");
  writer.line("  std::byte *workspace_;");
  writer.line("};");
  writer.line();
}

void write_load(CppWriter &writer, const Module &module) {
  if (module.place != WeightsPlace::file) return;
  write_identity(writer, module);
  writer.line();
  writer.line(
      "/// The model with the weights file at `path`, mapped into memory and verified: false, with error(), if it is "
      "not");
  writer.line("/// this model's or damaged.");
  writer.line("using Loaded = cnnc::loaded<Model>;");
  writer.open("inline Loaded load(const char *path, Workspace &workspace) {");
  writer.line("return Loaded(cnnc::weights_file(path, weights_bytes, identity), workspace);");
  writer.close();
  writer.line();
}

}  // namespace

void write_declarations(CppWriter &writer, const Module &module, std::string_view linkage) {
  const std::string &prefix = module.options.prefix;
  if (module.is_list()) writer.line("/* The best for this CPU. */");
  writer.line(fmt::format("{}CNNC_SYMBOL const cnnc_model *{}_model(void);", linkage, prefix));
  if (!module.is_list()) return;
  writer.line("/* That for one target of the list, or NULL. */");
  writer.line(fmt::format("{}CNNC_SYMBOL const cnnc_model *{}_model_for(const char *target);", linkage, prefix));
}

std::string emit_hpp(const Module &module) {
  const std::string &prefix = module.options.prefix;
  Face face = make_face(module);
  CppWriter writer;
  write_head(writer, module, "generated C++ class");
  writer.line();
  writer.line("#pragma once");
  writer.line();
  writer.line("#include \"cnnc/model.hpp\"");
  if (module.place == WeightsPlace::file) writer.line("#include \"cnnc/weights_file.hpp\"");
  writer.line();
  write_declarations(writer, module, "extern \"C\" ");
  writer.line();
  if (!module.common().doc.empty()) writer.comment(module.common().doc, "///");
  writer.line(fmt::format("namespace {} {{", prefix));
  writer.line();
  write_types(writer, module, face);
  write_model_class(writer, module, face);
  write_load(writer, module);
  writer.line(fmt::format("}}  // namespace {}", prefix));
  return writer.take();
}

}  // namespace cnnc
