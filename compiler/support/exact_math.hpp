// Elementary functions whose results are the same bits on every machine.
//
// The C library may round these differently from version to version; what reaches the output of cnnc, or the numbers
// that a model is compared with, must not. They are built from IEEE +, -, *, / alone (each rounded once, nothing
// contracted), integer arithmetic, and constants.
//
// Accuracy. exp, log, sin, cos and pow are evaluated to about 2^-95 of themselves in pairs of doubles and then rounded
// once, so that the result is the correctly rounded one unless the exact value lies within 2^-40 of a unit in the last
// place of a rounding boundary; exp tries an evaluation to 2^-65 first and keeps it where it decides the rounding.
// Exact cases of pow are found in integers. expm1 and log1p are as exp and log are, erf is right to about 2^-90. tanh
// and sigmoid are quotients of pairs that are right to about 2^-60, so their error stays below 0.51 units in the last
// place.
//
// Special values are those of IEEE 754: log(0) is -infinity, log of a negative number NaN, sin and cos of an infinity
// NaN, pow(x, 0) = pow(1, y) = 1. Signs of zero are kept.
#pragma once

namespace cnnc {

double exact_exp(double x);
double exact_log(double x);
double exact_sin(double x);
double exact_cos(double x);
double exact_tanh(double x);
/// 1 / (1 + exp(-x)).
double exact_sigmoid(double x);
/// The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.
double exact_erf(double x);
/// exp(x) - 1, with all its digits near 0.
double exact_expm1(double x);
/// log(1 + x), with all its digits near 0.
double exact_log1p(double x);
double exact_pow(double x, double y);

}  // namespace cnnc
