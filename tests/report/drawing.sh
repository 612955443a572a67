#!/bin/sh
# The drawing that examples/receptive_field shows is the one that cnnc draws. CNNC_UPDATE=1 draws it anew (not in CI).
#   CNNC=build/bin/cnnc sh drawing.sh
set -eu
: "${CNNC:?set CNNC to the program}"
case $CNNC in /*) ;; *) CNNC=$PWD/$CNNC ;; esac
cd "$(dirname "$0")/../../examples/receptive_field"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$CNNC" report receptive_field.net --svg receptive_field -o "$scratch/drawn.svg"
if [ -n "${CNNC_UPDATE:-}" ] && [ -z "${CI:-}" ]; then
  cp "$scratch/drawn.svg" receptive_field.svg
fi
diff -u receptive_field.svg "$scratch/drawn.svg"
