#!/bin/sh
# Runs the cases of this folder (README.md says what a case is) and compares what cnnc writes, byte for byte.
#   CNNC=path/to/cnnc sh run.sh [CASE…]      CNNC_UPDATE=1 rewrites expected.txt
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
: "${CNNC:?set CNNC to the cnnc program}"
case $CNNC in /*) ;; *) CNNC=$PWD/$CNNC ;; esac
if [ ! -x "$CNNC" ]; then
  echo "run.sh: $CNNC is no program" >&2
  exit 2
fi
LC_ALL=C
export CNNC LC_ALL
update=${CNNC_UPDATE:-}
if [ -n "$update" ] && [ -n "${CI:-}" ]; then
  echo "run.sh: expected files are not updated in CI" >&2
  exit 2
fi

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cases=0
failures=0

fail() {
  echo "FAILED $case_name: $1"
  failures=$((failures + 1))
}

# Runs the command of the first line of input.net; its stderr goes to $actual.
run_network() {
  command=$(sed -n '1s|^// cnnc  *||p' input.net | tr -d '\r')
  if [ -z "$command" ]; then
    echo "the first line of input.net is no '// cnnc …'" >"$actual"
    return
  fi
  set -f
  # shellcheck disable=SC2086 # the words of the command are separated by blanks
  set -- $command
  set +f
  for word in "$@"; do
    shift
    case $word in
      %s) word=input.net ;;
      *%t*) word=${word%%%t*}$SCRATCH${word#*%t} ;;
    esac
    set -- "$@" "$word"
  done
  "$CNNC" "$@" >/dev/null 2>"$actual"
  status=$?
  wanted=0
  if grep -q 'error\[' "$actual"; then wanted=1; fi
  if [ "$status" -ne "$wanted" ]; then fail "exit status $status, expected $wanted"; fi
}

run_case() {
  case_name=$1
  cases=$((cases + 1))
  SCRATCH=$work/scratch
  export SCRATCH
  actual=$work/actual.txt
  rm -rf "$SCRATCH" && mkdir "$SCRATCH" || exit 2
  cd "$here/$case_name" || exit 2
  if [ -f run.sh ]; then
    sh run.sh >"$actual" 2>&1
  elif [ -f input.net ]; then
    run_network
  else
    fail "neither input.net nor run.sh"
    return
  fi
  code=${case_name%%_*}
  if grep -q 'AddressSanitizer failed to allocate\|ReserveShadowMemoryRange failed' "$actual"; then
    echo "skipped $case_name: the sanitizer's shadow does not fit the memory that the case allows"
    return
  fi
  if [ "$code" != E0409 ] && grep -q '\[E0409\]' "$actual"; then
    echo "skipped $case_name: this cnnc was built without Clang"
    return
  fi
  sed "s|$SCRATCH|%t|g" "$actual" >"$work/compared.txt"
  if [ -n "$update" ]; then
    cmp -s "$work/compared.txt" expected.txt || cp "$work/compared.txt" expected.txt
  elif [ ! -f expected.txt ]; then
    fail "expected.txt is missing; cnnc wrote:"
    cat "$work/compared.txt"
  elif ! cmp -s "$work/compared.txt" expected.txt; then
    fail "cnnc wrote something else (- expected, + written)"
    diff -u expected.txt "$work/compared.txt" | sed 1,2d
  fi
  if ! grep -q "\[$code\]" "$work/compared.txt"; then fail "its text does not hold [$code]"; fi
}

if [ $# -eq 0 ]; then
  cd "$here" || exit 2
  set -- [EW][0-9]*/
fi
for folder in "$@"; do run_case "${folder%/}"; done
echo "$cases cases, $failures failures"
[ "$failures" -eq 0 ]
