#!/bin/sh
# What `./dev demo` prints, less what depends on the machine: one digit, and how many are right. For README.md.
#   CNNC is on the PATH, SCRATCH an empty folder
set -eu
mkdir -p "$SCRATCH/demo"
cnnc examples/lenet5/lenet5.net --weights examples/data/mnist/lenet5.safetensors -o "$SCRATCH/demo/lenet5.cpp" \
  --target generic
"${CXX:-c++}" -std=c++17 -O2 -I runtime -I "$SCRATCH/demo" -DDIGITS_FOLDER='"examples/data/mnist"' \
  examples/lenet5/main.cpp "$SCRATCH/demo/lenet5.cpp" -o "$SCRATCH/demo/digits"
"$SCRATCH/demo/digits" >"$SCRATCH/demo/output"
sed -n '31,40p' "$SCRATCH/demo/output" | sed 's/ *$//'
sed -n 's/^\([0-9]* of [0-9]* digits right: [0-9.]* %\).*/\1/p' "$SCRATCH/demo/output"
