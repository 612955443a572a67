#!/bin/sh
# Runs clang-tidy over a part of the compiler that is quick to read and holds its core: no Spirit, no LLVM.
#
#   tests/style/tidy.sh BUILD [FILE...]      BUILD holds compile_commands.json; default: the folders below
set -eu
cd "$(dirname "$0")/../.."
build=$1
shift
[ $# != 0 ] || set -- compiler/support/*.cpp compiler/ir/*.cpp compiler/target/*.cpp compiler/passes/*.cpp compiler/lower/*.cpp
for file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done |
  xargs -0 -n 4 -P "$(nproc)" clang-tidy-19 -p "$build" --quiet 2>/dev/null
