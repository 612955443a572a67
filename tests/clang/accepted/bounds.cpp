// Bounds that are constant, affine in enclosing variables, or the least or greatest of such; the summary shows the trip
// counts.
#include "cnnc/kernel.hpp"

using cnnc::index_max;
using cnnc::index_min;

constexpr long rows = 30;

void constant(float *x) {
  for (int i = 0; i < 7; ++i) x[i] = 0.0f;
  for (int i = 3; i <= 7; i += 2) x[i] = 0.0f;
  for (long i = 0; i < 2 * rows - 1; i += 8) x[i] = 0.0f;
  for (unsigned i = 0; i < 4; ++i) x[i] = 0.0f;
  for (int i = 5; i < 3; ++i) x[i] = 0.0f;
}

void affine(float *x) {
  for (long y = 0; y < rows; ++y) {
    for (long k = y; k < y + 5; ++k) x[k] = 0.0f;            // 5, wherever y is
    for (long k = 0; k < 2 * y + 1; ++k) x[k] = 0.0f;        // at most 59
    for (long k = 0; k < (29 - y) * 2; k += 2) x[k] = 0.0f;  // at most 29
  }
}

void least(float *x) {
  for (long y = 0; y < rows; y += 8) {
    const long last = index_min(y + 8, rows);
    for (long k = y; k < last; ++k) {
      for (long j = index_max(0, k - 2); j < index_min(k + 3, 28); ++j) x[j] = 0.0f;
    }
    for (long k = y; k < (y + 8 < rows ? y + 8 : rows); ++k) x[k] = 0.0f;
    for (int k = 0; k < 3; ++k) {
      if (x[k] > 0.0f) continue;
      if (x[k] < -1.0f) break;
    }
  }
}
