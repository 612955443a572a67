#!/bin/sh
# Runs the fuzz targets of a sanitized build on so many mutated inputs each. Input and reason of a failure are printed.
#
#   tests/fuzz/run.sh BUILD COUNT [NAME...]        default: every fuzz_NAME.cpp
set -eu
build=$1 count=$2
here=$(cd "$(dirname "$0")" && pwd)
shift 2
[ $# != 0 ] || set -- $(cd "$here" && ls fuzz_*.cpp | sed 's/^fuzz_//; s/\.cpp$//')
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for name; do
  echo "fuzzing $name: $count inputs"
  mkdir "$scratch/$name"
  seeds=$here/corpus/$name
  case $name in net | check) seeds="$here/corpus/net $here/corpus/check $here/../../examples $here/../diagnostics" ;; esac
  # A million steps at compile time, the most there may be, are 0.2 s, and 3 s of a free processor under the sanitizers.
  timeout=10
  [ "$name" != check ] || timeout=60
  # New finds go to the first folder. Bounds: 10 seconds and 1 GiB an input, as promised of bad input.
  # shellcheck disable=SC2086
  "$build/bin/fuzz_$name" -runs="$count" -seed=1 -max_len=4096 -timeout="$timeout" -rss_limit_mb=1024 -malloc_limit_mb=1024 \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$build/" -dict="$here/$name.dict" "$scratch/$name" $seeds >"$scratch/log" 2>&1 ||
    { cat "$scratch/log"; exit 1; }
  grep '^stat::' "$scratch/log"
done
