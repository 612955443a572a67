#include "compiler/driver/report_model.hpp"

#include <utility>

namespace cnnc {

ReportInput take_report_input(CompiledModel &model) {
  return {std::move(model.graph), std::move(model.plan), std::move(model.programs.front())};
}

void add_report(OutputFiles &files, CompiledModel &model, const std::string &path) {
  files.add(path, report_html(take_report_input(model)), begins_with(std::string(html_mark)));
}

}  // namespace cnnc
