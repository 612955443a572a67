// The models of the program, and what write_models wrote about their runs.
//
// runs.bin: for every MODEL and LISTED of models.inc, in order, the number of its runs, and for each run its status (a
// byte), then the elements of all inputs, then of all outputs, as they lie in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cnnc/model.h"

struct Run {
  cnnc_status status;  ///< CNNC_OK, or CNNC_BAD_INDEX
  std::vector<std::vector<unsigned char>> inputs, expected;
};

struct Model {
  const char *prefix;
  const char *target;
  bool weights_in_file;
  const cnnc_model *model;
  std::vector<Run> runs;
  std::vector<unsigned char> weights;  ///< the file, if there is one
  // Of a model that was compiled for a list of targets, else null.
  const cnnc_model *(*best)();
  const cnnc_model *(*for_target)(const char *);
};

std::size_t element_bytes(cnnc_dtype dtype);
std::size_t element_count(const cnnc_tensor &tensor);

/// All models that are linked into this program; exits with a message if the folder does not fit them.
std::vector<Model> read_models(const std::string &folder);
