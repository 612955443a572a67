#!/bin/sh
# Random networks through a C++ compiler, fifty to a translation unit: on every target the bits of the kernel interpreter,
# by tests/emitted's runner with all that it looks at besides.
#
#   tests/random/emitted.sh BUILD SEED COUNT [TARGET...]      default: generic avx2 avx512; COUNT is a multiple of 50
#
# CXX is the compiler (default g++), CXXFLAGS are its flags (default -O2). A target that the CPU lacks is built, and must
# refuse to run. Prints a line for every fifty; exit status 1 if any of them is wrong.
set -eu
build=$1 seed=$2 count=$3
shift 3
[ $# != 0 ] || set -- generic avx2 avx512
cd "$(dirname "$0")/../.."
cxx=${CXX:-g++} flags=${CXXFLAGS:--O2}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

runner_flags="-std=c++17 -O1 -I . -I runtime"
for part in run_models prepared_run stack_use; do
  # shellcheck disable=SC2086
  $cxx $runner_flags -c "tests/emitted/$part.cpp" -o "$scratch/$part.o"
done
wrong=0
end=$((seed + count))
while [ "$seed" -lt "$end" ]; do
  models=$scratch/models
  mkdir "$models"
  "$build/bin/write_random_models" "$models" "$seed" 50 "$@"
  for target; do
    # shellcheck disable=SC2086
    $cxx -std=c++17 -Wall -Wextra -Wpedantic -Wconversion -Werror $flags -I runtime -I "$models" \
      -c "$models/${target}_1.cpp" -o "$models/$target.o"
  done
  # shellcheck disable=SC2086
  $cxx $runner_flags -I "$models" -c tests/emitted/runs.cpp -o "$models/runs.o"
  $cxx "$models"/*.o "$scratch"/*.o -pthread -o "$models/run"
  for target; do
    status=0
    result=$("$models/run" "$models" "$target") || status=$?
    echo "seeds $seed to $((seed + 49)), $result"
    [ $status = 0 ] || [ $status = 77 ] || wrong=1
  done
  rm -rf "$models"
  seed=$((seed + 50))
done
exit $wrong
