// Reading .npy, NumPy's format for one array: a magic, a version, a header that is a Python dictionary, the numbers.
//
// Versions 1 to 3; either byte order; C and Fortran order (the result is in C order); floats and integers of 1 to 8
// bytes. The header is read by a grammar of its own that knows just what NumPy writes; nothing is evaluated.
#pragma once

#include <optional>
#include <string>

#include "compiler/frontend/array.hpp"
#include "compiler/support/diagnostics.hpp"

namespace cnnc {

/// What the header of an array says, checked in itself but not yet against the bytes that follow.
struct NpyHeader {
  ElementFormat format;
  bool supported = true;  ///< the elements are numbers that can be read
  std::string dtype;      ///< as it stands there: "<f4"
  bool fortran_order = false;
  Shape shape;
  std::int64_t data_offset = 0;
};

/// The most bytes that a header takes.
constexpr std::int64_t max_npy_header = 65536 + 12;

/// `label` says in messages which array of `file` it is ("array 'w'"); empty where the file is the array.
std::optional<NpyHeader> read_npy_header(const ByteSource &source, const std::string &file, const std::string &label,
                                         Diagnostics &diagnostics);
/// The whole array, which must end with the source. With `wanted`, an array of another shape is returned without data.
std::optional<Array> read_npy(const ByteSource &source, const std::string &file, const std::string &label,
                              const Shape *wanted, Diagnostics &diagnostics);

}  // namespace cnnc
