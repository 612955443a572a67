# find_package(cnnc): the targets cnnc::cnnc (the compiler, a program of the host) and cnnc::runtime (headers only), and the
# functions cnnc_add_model and cnnc_add_golden_test.
include(${CMAKE_CURRENT_LIST_DIR}/cnncTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/cnncModels.cmake)
