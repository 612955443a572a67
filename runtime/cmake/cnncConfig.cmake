# find_package(cnnc): the targets cnnc::cnnc (the compiler, a program of the host) and cnnc::runtime (headers only), and
# the functions cnnc_add_model and cnnc_add_golden_test.
if(NOT TARGET cnnc::runtime) # cnnc's own build has them already
  include(${CMAKE_CURRENT_LIST_DIR}/cnncTargets.cmake)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/cnncModels.cmake)
