# Writes the pages of docs/diagnostics as C++ text: cmake -DFOLDER=… -DOUTPUT=… -P embed_pages.cmake
# The output depends on the names and the content of the pages alone, not on where they lie.
file(GLOB pages ${FOLDER}/[EW][0-9]*.md)
list(SORT pages COMPARE STRING)
set(text "// Generated from docs/diagnostics. Each row: code, page.\n")
foreach(page IN LISTS pages)
  get_filename_component(code ${page} NAME_WE)
  file(READ ${page} content)
  string(APPEND text "{\"${code}\", R\"cnnc_page(${content})cnnc_page\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "${text}")
file(RENAME ${OUTPUT}.new ${OUTPUT})
