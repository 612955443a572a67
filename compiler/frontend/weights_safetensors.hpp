// Reading safetensors: eight bytes with the length of a JSON header, the header, then the numbers.
//
// The header is `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, …, "__metadata__": {…}}`,
// offsets counted from the header's end. Everything is checked before a number is read: the header's length against the
// file's, each entry's keys and types, each range against its dtype and shape and against the file, all ranges against
// one another (no overlap, no hole, nothing left over), and names for being unique. A range need not be aligned:
// numbers are copied byte by byte, and writers that mix element sizes produce such files.
#pragma once

#include <string>

#include "compiler/frontend/array.hpp"
#include "compiler/support/diagnostics.hpp"

namespace cnnc {

/// Adds the tensors of the file to `arrays`. Reports the first fault, naming file and tensor, and returns false.
bool read_safetensors(const ByteSource &source, const std::string &file, const WantedArrays *wanted, Arrays &arrays,
                      Diagnostics &diagnostics);

}  // namespace cnnc
