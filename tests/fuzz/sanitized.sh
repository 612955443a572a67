#!/bin/sh
# Builds cnnc, its unit tests and the fuzz targets under AddressSanitizer and UBSan with Clang, and runs all of them.
#
#   tests/fuzz/sanitized.sh BUILD        BUILD is the sanitized build's folder; made if it is not there
set -eu
build=$1
cd "$(dirname "$0")/../.."
[ -f "$build/build.ninja" ] || CC=clang-19 CXX=clang++-19 cmake --log-level=WARNING --preset sanitized -B "$build"
cmake --build "$build"
exec ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$(nproc)"
