#!/bin/sh
# Installs cnnc into a fresh folder and builds an outside project against it: by CMake with Ninja and with make, as if
# cross-compiling, by make alone and by the compiler alone. Changes network and weights, and sees that what depends on them is
# made anew, and that nothing is where nothing changed. Blanks in all paths.
#
#   tests/consumer/run.sh BUILD        BUILD is cnnc's build folder
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix="$scratch/an installed tree"
project="$scratch/a project"

fail() { echo "consumer: $*" >&2; exit 1; }
step() { echo "consumer: $*"; }
# expect "OUTPUT" COMMAND...
expect() {
  wanted=$1
  shift
  got=$("$@") || fail "$* failed"
  [ "$got" = "$wanted" ] || fail "$* printed '$got', not '$wanted'"
}

before='0.0068 0.0000 0.0000 ... 0.3765'
linear='0.0068 -0.0273 -0.0298 ... 0.3765'
retrained='0.0068 -0.0273 -0.0298 ... 8.2515'

fresh_project() {
  rm -rf "$project"
  cp -R "$here/project" "$project"
  chmod -R u+w "$project"
}
# What the last layer applies goes: negative outputs appear.
change_network() { sed -i 's/ |> relu//' "$project/the networks/scorer.net"; }
# The last four bytes of the weights are the last bias: 8.0.
change_weights() {
  file="$project/the networks/scorer.safetensors"
  printf '\000\000\000\101' | dd of="$file" bs=1 seek=$(($(wc -c <"$file") - 4)) conv=notrunc status=none
}

by_cmake() { # GENERATOR [CMAKE-OPTION...]
  generator=$1
  shift
  fresh_project
  step "by CMake, $generator $*"
  cmake --log-level=WARNING -S "$project" -B "$project/out" -G "$generator" -DCMAKE_BUILD_TYPE=Release \
    "-DCMAKE_PREFIX_PATH=$prefix" "$@" >"$scratch/log" || fail "CMake failed"
  make_it() { cmake --build "$project/out" >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "the build failed"; }; }
  make_it
  expect "$before" "$project/out/app"
  ctest --test-dir "$project/out" --output-on-failure >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "golden tests failed"; }

  make_it
  ! grep -q "Compiling the network" "$scratch/log" || fail "a second build compiles the network again"
  change_network
  make_it
  expect "$linear" "$project/out/app"
  change_weights
  make_it
  expect "$retrained" "$project/out/app"
  ! ctest --test-dir "$project/out" >"$scratch/log" 2>&1 || fail "the golden tests accept other weights"
}

step "installing"
cmake --install "$build" --prefix "$prefix" >"$scratch/log" || { cat "$scratch/log"; fail "the installation failed"; }

by_cmake Ninja
by_cmake "Unix Makefiles"
# CMake believes in another system where it is given one; the compiler of networks is then named, since it must be the host's.
by_cmake Ninja -DCMAKE_SYSTEM_NAME=Linux "-DCMAKE_SYSTEM_PROCESSOR=$(uname -m)" "-DCNNC_EXECUTABLE=$prefix/bin/cnnc"

step "by CMake from the build tree"
fresh_project
cmake --log-level=WARNING -S "$project" -B "$project/out" -G Ninja "-Dcnnc_DIR=$build" >"$scratch/log" || fail "CMake failed"
cmake --build "$project/out" >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "the build failed"; }
expect "$before" "$project/out/app"

# Make knows no blanks in names.
step "by make"
fresh_project
plain="$scratch/plain"
mkdir "$plain"
mv "$project/the networks" "$plain/networks"
cp "$project/Makefile" "$project/main.cpp" "$plain"
make_plain() {
  make -C "$plain" "CNNC=$scratch/cnnc" "RUNTIME=$scratch/include" >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "make failed"; }
}
ln -s "$prefix/bin/cnnc" "$scratch/cnnc"
ln -s "$prefix/include" "$scratch/include"
make_plain
expect "$before" "$plain/app"
project=$plain
ln -s networks "$plain/the networks"
change_network
make_plain
expect "$linear" "$plain/app"
change_weights
make_plain
expect "$retrained" "$plain/app"
make_plain
grep -q "up to date" "$scratch/log" || fail "make has something to do where nothing changed"

step "by the compiler alone, from another folder"
rm -rf "$plain/app" "$plain"/*.o "$plain"/scorer.*
"$prefix/bin/cnnc" "$plain/networks/scorer.net" -o "$plain/scorer.cpp" --target generic
"${CXX:-c++}" -std=c++17 -O2 -I "$prefix/include" -I "$plain" "$plain/main.cpp" "$plain/scorer.cpp" -o "$plain/app"
expect "$retrained" "$plain/app"
step "all is well"
