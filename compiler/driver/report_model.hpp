// From a compiled model to its report: what the verbs report and compile share.
#pragma once

#include "compiler/driver/compile_model.hpp"
#include "compiler/report/report.hpp"

namespace cnnc {

/// The forms of a model that was compiled for a report; they are moved out of it.
ReportInput take_report_input(CompiledModel &model);
/// The page, as a file; the model's forms are moved out of it.
void add_report(OutputFiles &files, CompiledModel &model, const std::string &path);

}  // namespace cnnc
