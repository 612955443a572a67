# Writes OUTPUT, a C++ file with the text of every header under RUNTIME/cnnc, in the order of their paths.
# Run by compiler/emit/emit.cmake: cmake -D RUNTIME=… -D OUTPUT=… -P runtime_text.cmake
file(GLOB_RECURSE headers RELATIVE ${RUNTIME} ${RUNTIME}/cnnc/*.h ${RUNTIME}/cnnc/*.hpp ${RUNTIME}/cnnc/*.inl)
list(SORT headers)

set(text "#include \"compiler/emit/runtime_text.hpp\"\n\nnamespace cnnc {\n\nnamespace {\n\n")
string(APPEND text "constexpr RuntimeHeader headers[] = {\n")
foreach(header IN LISTS headers)
  file(READ ${RUNTIME}/${header} content)
  string(APPEND text "    {\"${header}\", R\"runtime(${content})runtime\"},\n")
endforeach()
string(APPEND text "};\n\n}  // namespace\n\nstd::span<const RuntimeHeader> runtime_headers() { return headers; }\n\n")
string(APPEND text "}  // namespace cnnc\n")
file(WRITE ${OUTPUT} "${text}")
