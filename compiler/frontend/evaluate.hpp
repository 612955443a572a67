// Expressions and statements of the network language, run at compile time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/frontend/ast.hpp"
#include "compiler/frontend/checker.hpp"

namespace cnnc::net {

/// The value of an expression; Several where it is a call with several results. Poison if a fault was reported.
Datum evaluate(Checker &checker, Scope &scope, const ast::Expr &expr);
/// The same where exactly one value is wanted.
Datum evaluate_one(Checker &checker, Scope &scope, const ast::Expr &expr);
/// Reports Several, as one value is wanted at `span`.
Datum as_one(Checker &checker, Datum value, Span span);

/// Text with its `{…}` evaluated; nothing if a fault was reported.
std::optional<std::string> interpolate(Checker &checker, Scope &scope, const std::vector<ast::StringPart> &parts,
                                       Span span);
/// The value of a constant of the file. Precondition: there is one of that name.
Datum constant_value(Checker &checker, const ast::Item &item);

/// Runs a body in a scope of its own within `outer`. Its value where one is wanted (reported if it has none).
Datum run_body(Checker &checker, Scope &outer, const ast::Body &body, bool value_wanted);
Datum run_if(Checker &checker, Scope &scope, const ast::If &choice, bool value_wanted);
/// A condition; nothing if it is no boolean (reported) or unknown.
std::optional<bool> condition(Checker &checker, Scope &scope, const ast::Expr &expr);

/// Element-wise arithmetic between tensors, or a tensor and a number.
Datum tensor_arithmetic(Checker &checker, ast::BinaryOp op, Span op_span, const ast::Expr &left, const Datum &a,
                        const ast::Expr &right, const Datum &b);
/// `x[i]` with an index that is known at run time.
Datum tensor_at(Checker &checker, const ast::Expr &base, const Datum &x, const ast::Expr &index, const Datum &i);
Datum negated_tensor(Checker &checker, Span op_span, const ast::Expr &operand, const Datum &a);
/// `x[i]`: position i of axis 0, a negative one counted from the end.
Datum tensor_element(Checker &checker, const ast::Expr &base, const Datum &tensor, const ast::Expr &index,
                     const Datum &at);
/// `x.channels`, `x.shape`, …
Datum member(Checker &checker, const Datum &base, const ast::Name &name);

}  // namespace cnnc::net
