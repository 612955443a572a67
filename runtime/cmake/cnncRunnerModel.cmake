# cmake -DHEADER=model.hpp -DOUTPUT=runner_model.hpp -P cnncRunnerModel.cmake
# Finds the model's C symbol in its header and writes what golden_runner.cpp needs to reach it.
file(STRINGS "${HEADER}" declarations REGEX "[A-Za-z0-9_]+_model\\(void\\)")
list(GET declarations 0 declaration)
string(REGEX MATCH "([A-Za-z0-9_]+)_model\\(void\\)" matched "${declaration}")
if(NOT matched)
  message(FATAL_ERROR "${HEADER} declares no model")
endif()
file(WRITE "${OUTPUT}" "#include \"cnnc/model.h\"\n\nextern \"C\" const cnnc_model *${CMAKE_MATCH_1}_model(void);\n"
  "#define CNNC_RUNNER_MODEL ${CMAKE_MATCH_1}_model\n#define CNNC_RUNNER_WEIGHTS \"${CMAKE_MATCH_1}.weights\"\n")
