#!/bin/sh
# Audits every model that a program emits.
#   sh audit_all.sh CNNC PROGRAM      PROGRAM takes a folder and writes models into it
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
cnnc=$1 program=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$program" "$work" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
audited=0
failures=0
for file in "$work"/*.cpp; do
  audited=$((audited + 1))
  "$cnnc" audit "$file" -I "$root/runtime" -I "$work" >"$work/log" 2>&1 && continue
  failures=$((failures + 1))
  cat "$work/log"
done
echo "$audited files audited, $failures break a promise"
[ "$audited" -gt 0 ] && [ "$failures" -eq 0 ]
