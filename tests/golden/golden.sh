#!/bin/sh
# Compares what cnnc emits with a golden file that a person reads.
#
#   CNNC=path/to/cnnc sh golden.sh FILE...
#
# The first line of a golden file is a command, run in the root of the source; the second names a kernel to be shown in
# full and one to be shown from its start. Then follow: the head of the emitted file, the heading and signature of each
# kernel, those two kernels, and digests of all that was emitted. CNNC_UPDATE=1 writes what follows the two lines anew,
# where the environment does not say CI: nobody would look at the change there.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
: "${CNNC:?set CNNC to the cnnc program}"
most_lines=150
start_lines=40
update=${CNNC_UPDATE:-}
if [ -n "$update" ] && [ -n "${CI:-}" ]; then
  echo "golden files are not updated where CI is set"
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

kernel_text() { # NAME MOST_LINES: the kernel from its heading on
  awk -v name="$1" -v most="$2" '
    /^\/\/ / { heading = heading $0 "\n"; next }
    /^CNNC_KERNEL\(/ {
      split($3, parts, "("); shown = parts[1] == name
      if (shown) { printf "%s", heading; left = most }
    }
    { heading = "" }
    shown && left > 0 { print }
    shown && left == 0 { print "  […]" }
    shown { --left }
    /^}$/ { shown = 0 }' "$work/$output"
}

actual_text() { # of the golden file $1
  command=$(sed -n 1p "$1")
  whole=$(sed -n '2s/^in full: \([A-Za-z0-9_]*\); from its start: [A-Za-z0-9_]*$/\1/p' "$1")
  begun=$(sed -n '2s/^in full: [A-Za-z0-9_]*; from its start: \([A-Za-z0-9_]*\)$/\1/p' "$1")
  output=${command##* -o }
  case $command in
  'cnnc '*' -o '*.cpp) [ -n "$whole" ] && [ -n "$begun" ] ;;
  *) false ;;
  esac || {
    echo "$1: its first two lines are not 'cnnc … -o NAME.cpp' and 'in full: …; from its start: …'" >&2
    return 1
  }
  options=${command#cnnc }
  options=${options% -o *}
  # shellcheck disable=SC2086  # the options are words
  (cd "$root" && "$CNNC" $options -o "$work/$output") || return 1

  printf '%s\n%s\n' "$command" "$(sed -n 2p "$1")"
  printf '\n== Head\n\n'
  sed '/^$/q' "$work/$output"
  printf '== Kernels\n\n'
  awk '/^\/\/ / { heading = heading $0 "\n"; next }
    /^CNNC_KERNEL\(/ { printf "%s%s\n\n", heading, $0 }
    { heading = "" }' "$work/$output"
  printf '== In full\n\n'
  kernel_text "$whole" 1000
  printf '\n== From its start\n\n'
  kernel_text "$begun" "$start_lines" | sed '/\[…\]/q'
  printf '\n== SHA-256\n\n'
  stem=${output%.cpp}
  (cd "$work" && sha256sum "$stem.cpp" && sha256sum "$stem.hpp" && sha256sum "$stem.weights")
}

failed=0
for golden; do
  if [ ! -f "$golden" ]; then
    echo "$golden: there is no such golden file; write its first two lines and run with CNNC_UPDATE=1"
    failed=1
    continue
  fi
  actual_text "$golden" >"$work/actual" || { failed=1; continue; }
  if [ "$(wc -l <"$work/actual")" -gt "$most_lines" ]; then
    echo "$golden: $(wc -l <"$work/actual") lines; a person reads $most_lines"
    failed=1
  elif [ -n "$update" ]; then
    cp "$work/actual" "$golden"
  elif ! diff -u "$golden" "$work/actual"; then
    echo "$golden: the emitted text differs; if it is right, CNNC_UPDATE=1 stores it"
    failed=1
  fi
done
exit $failed
