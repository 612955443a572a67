#!/bin/sh
# Audits what cnnc emits: the examples, for every target, with the weights and the runtime in each of their places.
#   CNNC=path/to/cnnc sh emitted.sh
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
: "${CNNC:?set CNNC to the cnnc program}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
audited=0

audit() { # NETWORK OPTION...
  network=$1
  shift
  "$CNNC" "$root/examples/$network/$network.net" --weights "$root/examples/data/mnist/$network.safetensors" \
    -o "$work/$network.cpp" "$@"
  "$CNNC" audit "$work/$network.cpp" -I "$root/runtime" -I "$work" >"$work/summary" ||
    { echo "audit: $network $* breaks a promise"; exit 1; }
  # Nothing is proved of a file that has nothing in it.
  grep -q '[1-9][0-9]* loops' "$work/summary" || { cat "$work/summary"; exit 1; }
  audited=$((audited + 1))
}

for network in lenet5 lee_cnn; do
  for target in generic sse2 avx2 avx512; do
    audit $network --target $target
  done
  audit $network --target avx512,avx2,sse2,generic
  audit $network --target avx2 --embed-runtime
  audit $network --target avx2 --weights-mode file
  audit $network --target avx2 --weights-mode source
done
echo "$audited files audited"
