// model.h: the sizes of a model as macros, for C.
#include "compiler/emit/emit_weights.hpp"
#include "compiler/emit/module.hpp"

#include <fmt/format.h>

namespace cnnc {

namespace {

std::string upper(std::string text) {
  for (char &c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

/// Names of tensors as parts of macros: in capitals, two may be the same that were not.
class MacroNames {
 public:
  std::string name(const std::string &identifier) {
    const std::string shouted = upper(identifier);
    std::string chosen = shouted;
    for (int number = 2; !taken_.insert(chosen).second; ++number) chosen = fmt::format("{}_{}", shouted, number);
    return chosen;
  }

 private:
  std::set<std::string> taken_;
};

void write_macros(CppWriter &writer, const Module &module) {
  const std::string prefix = upper(module.options.prefix);
  MacroNames names;
  for (const auto &[identifiers, tensors] :
       {std::pair{&module.inputs, &module.common().inputs}, std::pair{&module.outputs, &module.common().outputs}})
    for (std::size_t i = 0; i < identifiers->size(); ++i) {
      writer.comment(fmt::format("{}: {}", (*tensors)[i].name, tensor_text((*tensors)[i])));
      writer.line(fmt::format("#define {}_{}_ELEMENTS {}", prefix, names.name((*identifiers)[i]),
                              element_count((*tensors)[i].type.shape)));
    }
  writer.line(fmt::format("#define {}_WORKSPACE_BYTES {}", prefix, workspace_bytes(module)));
  writer.line(fmt::format("#define {}_WORKSPACE_ALIGNMENT 64", prefix));
  writer.line("// Of the file NAME.weights; 0 where the weights are in the code.");
  writer.line(
      fmt::format("#define {}_WEIGHTS_BYTES {}", prefix, module.place == WeightsPlace::file ? image_bytes(module) : 0));
}

}  // namespace

std::string emit_h(const Module &module) {
  const std::string guard = upper(module.options.prefix) + "_H";
  CppWriter writer;
  write_head(writer, module, "generated C header");
  writer.line();
  writer.line("#ifndef " + guard);
  writer.line("#define " + guard);
  writer.line();
  writer.line("#include \"cnnc/model.h\"");
  writer.line();
  write_macros(writer, module);
  writer.line();
  writer.line("#ifdef __cplusplus");
  writer.line("extern \"C\" {");
  writer.line("#endif");
  write_declarations(writer, module, "");
  writer.line("#ifdef __cplusplus");
  writer.line("}");
  writer.line("#endif");
  writer.line();
  writer.line("#endif");
  return writer.take();
}

}  // namespace cnnc
