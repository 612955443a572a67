// `cnnc report`: what a network is, and what the compiler has made of it, on one page.
//
// The page is HTML and XML at once, holds no script, and loads nothing: style and drawings stand in it. Text from
// outside (names, comments) is escaped. The same network and options give the same bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/graph.hpp"
#include "compiler/ir/kernel.hpp"
#include "compiler/ir/plan.hpp"
#include "compiler/report/svg.hpp"

namespace cnnc {

/// One network in three of its forms.
struct ReportInput {
  Graph graph;      ///< as the front end gives it
  Plan plan;        ///< scheduled; the numbers of packed constants may be absent
  Program program;  ///< made from the plan: call i is group i
  /// If the code is for a list of targets, each with the bytes of weights that it adds to those of the ones before it.
  std::vector<std::pair<std::string, std::int64_t>> added_weights = {};
};

/// How the page begins.
inline constexpr std::string_view html_mark = "<!DOCTYPE html>\n<!-- A report by cnnc. -->\n";

std::string report_html(const ReportInput &input);
/// The tables of the page, for a terminal.
std::string report_text(const ReportInput &input);

/// The page's drawings, each of which can be had alone.
struct NamedDrawing {
  std::string_view name;
  std::string_view what;
  std::string_view absence;  ///< why it may be empty
  Drawing (*draw)(const ReportInput &);
};
const std::vector<NamedDrawing> &all_drawings();

}  // namespace cnnc
