#!/bin/sh
# Compiles LeNet-5 for aarch64 through CMake's toolchain file, with the host's cnnc and without naming a target, runs it
# under an emulator on all test digits, and compares every bit of the scores with those of `generic` on the host.
#
#   tests/cross/run.sh BUILD        BUILD is cnnc's build folder; exit status 77 where a tool is missing
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
for tool in aarch64-linux-gnu-g++ qemu-aarch64; do
  if ! command -v "$tool" >/dev/null; then
    echo "NOT TESTED: $tool is missing (packages g++-aarch64-linux-gnu and qemu-user)"
    exit 77
  fi
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() { cat "$scratch/log" >&2; echo "cross: $*" >&2; exit 1; }
built() { # NAME CMAKE-OPTION...
  name=$1
  shift
  cmake --log-level=WARNING -S "$here/project" -B "$scratch/$name" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    "-Dcnnc_DIR=$build" "-DSOURCE=$source" "$@" >"$scratch/log" 2>&1 || fail "CMake failed for $name"
  cmake --build "$scratch/$name" >"$scratch/log" 2>&1 || fail "the build for $name failed"
}

built host -DTARGET=generic
built aarch64 "-DCMAKE_TOOLCHAIN_FILE=$here/aarch64.cmake"
data=$source/examples/data/mnist
"$scratch/host/scores" "$data" "$scratch/host.scores" >"$scratch/host.txt"
qemu-aarch64 -L /usr/aarch64-linux-gnu "$scratch/aarch64/scores" "$data" "$scratch/aarch64.scores" >"$scratch/aarch64.txt"
echo "host: $(cat "$scratch/host.txt")"
echo "aarch64: $(cat "$scratch/aarch64.txt")"
: >"$scratch/log"
[ "$(cat "$scratch/host.txt")" = "generic: 1945 of 2000" ] || fail "the host is wrong"
[ "$(cat "$scratch/aarch64.txt")" = "generic: 1945 of 2000" ] || fail "aarch64 is wrong"
[ "$(wc -c <"$scratch/host.scores")" = 80000 ] || fail "there are not ten scores for each digit"
cmp "$scratch/host.scores" "$scratch/aarch64.scores" || fail "the bits differ"
