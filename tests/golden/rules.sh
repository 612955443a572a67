#!/bin/sh
# The rules of golden.sh: what is missing, different or too long fails, and CI updates nothing.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CI CNNC_UPDATE
golden=$work/lenet5.avx2.txt

refused() { # WHY, FRAGMENT OF THE MESSAGE, VARIABLES…
  why=$1 fragment=$2
  shift 2
  if env "$@" sh "$here/golden.sh" "$golden" >"$work/output" 2>&1; then
    echo "accepted: $why"
    exit 1
  fi
  grep -qF "$fragment" "$work/output" || { echo "$why: refused with other words:"; cat "$work/output"; exit 1; }
}

refused 'a golden file that is missing' 'there is no such golden file' A=b
sed 2q "$here/lenet5.avx2.txt" >"$golden"
refused 'a golden file without text' 'the emitted text differs' A=b
refused 'an update in CI' 'not updated where CI is set' CI=true CNNC_UPDATE=1
[ "$(wc -l <"$golden")" = 2 ] || { echo 'CI updated a golden file'; exit 1; }
CNNC_UPDATE=1 sh "$here/golden.sh" "$golden"
sh "$here/golden.sh" "$golden"
sed -i 's/in full: [a-z0-9_]*;/in full: conv2;/' "$golden"
refused 'a golden file that nobody would read' 'a person reads 150' A=b
sed -i '1s/^cnnc/rm -r/' "$golden"
refused 'another command' 'its first two lines are not' A=b
