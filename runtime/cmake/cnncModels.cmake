# cnnc_add_model and cnnc_add_golden_test. Included by cnncConfig.cmake; needs the targets cnnc::cnnc and cnnc::runtime.
#
# The compiler that is run is the imported cnnc::cnnc, or the one that CNNC_EXECUTABLE names: when cross-compiling, set
# it if the package found is not the host's.
cmake_policy(PUSH)
cmake_policy(VERSION 3.20...3.31)

set(CNNC_EXECUTABLE "" CACHE FILEPATH "The cnnc to run; empty for the one of the package")

function(_cnnc_executable variable)
  if(CNNC_EXECUTABLE)
    set(${variable} "${CNNC_EXECUTABLE}" PARENT_SCOPE)
  elseif(TARGET cnnc::cnnc)
    set(${variable} cnnc::cnnc PARENT_SCOPE)
  else()
    message(FATAL_ERROR "cnnc: the package has no compiler; set CNNC_EXECUTABLE to one that runs on this machine")
  endif()
endfunction()

# cnnc_add_model(NAME MODEL file.net [WEIGHTS file] [TARGET target] [OPTIONS option...])
#
# Compiles a network to C++ and makes the static library NAME of it, whose header is "NAME.hpp". WEIGHTS defaults to the
# .safetensors file beside the network. TARGET may be a list, "avx512,avx2,sse2", of which the program takes the best
# that the CPU has; it defaults to cnnc's default, or to generic where the processor that is compiled for is no x86-64.
# OPTIONS are further options of cnnc, such as --name or --batch. The library is rebuilt when the network, a file that
# it imports, or the weights change.
function(cnnc_add_model name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MODEL;WEIGHTS;TARGET" "OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "cnnc_add_model(${name}): there is no argument '${arg_UNPARSED_ARGUMENTS}'; "
      "known are MODEL, WEIGHTS, TARGET and OPTIONS")
  endif()
  if(NOT arg_MODEL)
    message(FATAL_ERROR "cnnc_add_model(${name}): MODEL is missing: the .net file to compile")
  endif()
  _cnnc_executable(cnnc)

  get_filename_component(model "${arg_MODEL}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/cnnc/${name}")
  set(options ${arg_OPTIONS})
  set(inputs "${model}")
  if(arg_WEIGHTS)
    get_filename_component(weights "${arg_WEIGHTS}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND options --weights "${weights}")
    list(APPEND inputs "${weights}")
  endif()
  # cnnc's default is for the machine on which it runs, which need not be the one that is compiled for.
  if(NOT arg_TARGET AND NOT "--target" IN_LIST options AND NOT options MATCHES "--target=" AND
     NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    set(arg_TARGET generic)
  endif()
  if(arg_TARGET)
    list(APPEND options --target "${arg_TARGET}")
  endif()

  # The stamp stands for what cannot be named here, the .weights file: its name is the network's, which only cnnc knows.
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(
    OUTPUT "${folder}/${name}.cpp" "${folder}/${name}.hpp" "${folder}/${name}.stamp"
    COMMAND ${cnnc} "${model}" -o "${folder}/${name}.cpp" --depfile "${folder}/${name}.d" ${options}
    COMMAND ${CMAKE_COMMAND} -E touch "${folder}/${name}.stamp"
    DEPENDS ${inputs} ${cnnc}
    DEPFILE "${folder}/${name}.d"
    COMMENT "Compiling the network ${arg_MODEL}"
    VERBATIM)
  set_source_files_properties("${folder}/${name}.cpp" PROPERTIES OBJECT_DEPENDS "${folder}/${name}.stamp")

  add_library(${name} STATIC "${folder}/${name}.cpp" "${folder}/${name}.hpp")
  target_include_directories(${name} PUBLIC "${folder}")
  target_link_libraries(${name} PUBLIC cnnc::runtime)
  # A build without a type has no optimisation at all, which no one wants of a network.
  target_compile_options(${name} PRIVATE $<$<CONFIG:>:-O2>)
  set_target_properties(${name} PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    CXX_CLANG_TIDY ""
    CNNC_FOLDER "${folder}")
endfunction()

# cnnc_add_golden_test(NAME MODEL target INPUTS in.npz EXPECTED out.npz [TOLERANCE 1e-4])
#
# Adds the CTest test NAME: runs the library `target` of cnnc_add_model on the arrays of INPUTS and compares each output
# with the array of its name in EXPECTED.
function(cnnc_add_golden_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MODEL;INPUTS;EXPECTED;TOLERANCE" "")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "cnnc_add_golden_test(${name}): there is no argument '${arg_UNPARSED_ARGUMENTS}'; "
      "known are MODEL, INPUTS, EXPECTED and TOLERANCE")
  endif()
  foreach(required MODEL INPUTS EXPECTED)
    if(NOT arg_${required})
      message(FATAL_ERROR "cnnc_add_golden_test(${name}): ${required} is missing")
    endif()
  endforeach()
  if(NOT TARGET ${arg_MODEL})
    message(FATAL_ERROR "cnnc_add_golden_test(${name}): there is no target '${arg_MODEL}'; "
      "add it by cnnc_add_model first")
  endif()
  if(NOT arg_TOLERANCE)
    set(arg_TOLERANCE 1e-4)
  endif()
  _cnnc_executable(cnnc)
  get_target_property(model_folder ${arg_MODEL} CNNC_FOLDER)
  get_filename_component(inputs "${arg_INPUTS}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  get_filename_component(expected "${arg_EXPECTED}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")

  # The runner is one source for all models; a header made from the model's own tells it the model's C symbol.
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/cnnc/${name}")
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(
    OUTPUT "${folder}/runner_model.hpp"
    COMMAND ${CMAKE_COMMAND} "-DHEADER=${model_folder}/${arg_MODEL}.hpp" "-DOUTPUT=${folder}/runner_model.hpp"
      -P "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/cnncRunnerModel.cmake"
    DEPENDS ${arg_MODEL} "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/cnncRunnerModel.cmake"
    COMMENT "Finding the model of ${arg_MODEL}.hpp"
    VERBATIM)
  add_executable(${name}_runner "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/golden_runner.cpp" "${folder}/runner_model.hpp")
  target_include_directories(${name}_runner PRIVATE "${folder}")
  target_link_libraries(${name}_runner PRIVATE ${arg_MODEL})
  set_target_properties(${name}_runner PROPERTIES CXX_CLANG_TIDY "")

  # The model's folder is where the runner finds NAME.weights, if the model has its weights in a file.
  add_test(NAME ${name} COMMAND ${cnnc} golden --runner $<TARGET_FILE:${name}_runner> --inputs "${inputs}"
    --expected "${expected}" --tolerance ${arg_TOLERANCE} WORKING_DIRECTORY "${model_folder}")
endfunction()

cmake_policy(POP)
