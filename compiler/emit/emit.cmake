# What cnnc_emit needs beyond its own files: the runtime's text, and cnnc's version.
file(GLOB_RECURSE cnnc_runtime_headers CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/runtime/cnnc/*.h ${PROJECT_SOURCE_DIR}/runtime/cnnc/*.hpp ${PROJECT_SOURCE_DIR}/runtime/cnnc/*.inl)
set(cnnc_runtime_text ${CMAKE_CURRENT_BINARY_DIR}/runtime_text.cpp)
add_custom_command(
  OUTPUT ${cnnc_runtime_text}
  COMMAND ${CMAKE_COMMAND} -D RUNTIME=${PROJECT_SOURCE_DIR}/runtime -D OUTPUT=${cnnc_runtime_text}
          -P ${CMAKE_CURRENT_LIST_DIR}/runtime_text.cmake
  DEPENDS ${cnnc_runtime_headers} ${CMAKE_CURRENT_LIST_DIR}/runtime_text.cmake
  VERBATIM)
target_sources(cnnc_emit PRIVATE ${cnnc_runtime_text})
target_compile_definitions(cnnc_emit PRIVATE
  CNNC_VERSION_TEXT="${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
