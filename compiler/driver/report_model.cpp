#include "compiler/driver/report_model.hpp"

#include <utility>

namespace cnnc {

ReportInput take_report_input(CompiledModel &model) {
  ReportInput input{std::move(model.graph), std::move(model.plan), {}, {}};
  if (model.programs.size() > 1) {
    const std::vector<std::int64_t> added = added_weights_bytes(model.programs);
    for (std::size_t i = 0; i < added.size(); ++i) input.added_weights.emplace_back(model.programs[i].target, added[i]);
  }
  input.program = std::move(model.programs.front());
  return input;
}

void add_report(OutputFiles &files, CompiledModel &model, const std::string &path) {
  files.add({path, report_html(take_report_input(model)), begins_with(std::string(html_mark)), "-o"});
}

}  // namespace cnnc
