#!/bin/sh
# The project of README.md, built as a stranger would: its network, its CMakeLists.txt and its program are the first
# blocks of their kinds.
#   sh first_project.sh BUILD        BUILD is cnnc's build folder
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

block() { # KIND
  awk -v open="\`\`\`$1" '$0 == open && !done { inside = 1; next } inside && /^```$/ { exit } inside' "$root/README.md"
}
block net >"$work/tiny.net"
block cmake >"$work/CMakeLists.txt"
block cpp >"$work/main.cpp"
for file in tiny.net CMakeLists.txt main.cpp; do
  [ -s "$work/$file" ] || { echo "README.md has no block for $file"; exit 1; }
done
cmake -S "$work" -B "$work/build" "-Dcnnc_DIR=$build" >"$work/log" 2>&1 &&
  cmake --build "$work/build" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$work/build/app" >"$work/output"
cat "$work/output"
grep -qE '^class [0-2]: [01]\.[0-9]+$' "$work/output"
