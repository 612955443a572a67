#!/bin/sh
# Runs the audit's cases and compares what it finds with what each case announces.
#   CNNC=path/to/cnnc sh run.sh [CASE…]
# rejected/CODE_words.cpp: its first lines '// audit: LINE:COLUMN CODE' are all the faults, in the order of the text.
# accepted/WORDS.cpp: no fault, and the summary is WORDS.txt (CNNC_UPDATE=1 rewrites it, but not where CI is set).
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
: "${CNNC:?set CNNC to the cnnc program}"
case $CNNC in /*) ;; *) CNNC=$PWD/$CNNC ;; esac
if [ -n "${CNNC_UPDATE:-}" ] && [ -n "${CI:-}" ]; then
  echo "run.sh: expected files are not updated in CI" >&2
  exit 2
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cases=0
failures=0

fail() {
  echo "FAILED $file: $1"
  failures=$((failures + 1))
}

rejected() {
  "$CNNC" audit "$file" -I "$here/../../runtime" >"$work/out" 2>"$work/err"
  [ $? -eq 1 ] || fail "exit status is not 1"
  [ ! -s "$work/out" ] || fail "it prints on stdout"
  sed -n 's|^// audit: ||p' "$file" >"$work/expected"
  sed -n 's/^[^ :]*:\([0-9]*:[0-9]*\): error\[\(E[0-9]*\)\].*/\1 \2/p' "$work/err" >"$work/found"
  cmp -s "$work/expected" "$work/found" && return
  fail "other faults (- expected, + found)"
  diff -u "$work/expected" "$work/found" | sed 1,2d
  cat "$work/err"
}

accepted() {
  "$CNNC" audit "$file" -I "$here/../../runtime" >"$work/out" 2>"$work/err" || fail "it is rejected"
  cat "$work/err"
  [ -z "${CNNC_UPDATE:-}" ] || cp "$work/out" "${file%.cpp}.txt"
  diff -u "${file%.cpp}.txt" "$work/out" || fail "another summary"
}

# The example of every page of docs/diagnostics that has C++ must cause its error.
examples() {
  for page in "$here"/../../docs/diagnostics/E06*.md; do
    grep -q '^```cpp' "$page" || continue
    code=${page##*/}
    code=${code%.md}
    file=$code.cpp
    cases=$((cases + 1))
    sed -n '/^```cpp/,/^```$/p' "$page" | sed '/^```/d' >"$work/$file"
    "$CNNC" audit "$work/$file" >"$work/out" 2>"$work/err"
    grep -q "error\[$code\]" "$work/err" || fail "the example of docs/diagnostics/$code.md does not cause it"
  done
}

# Sums of 50,000 terms, in a value and in a bound: neither the stack overflows, nor is each term folded anew.
long_sums() {
  cases=$((cases + 1))
  file=long_sums.cpp
  awk 'BEGIN {
    printf "void f(float *x) {\n  x[0] = x[1]"
    for (i = 0; i < 50000; ++i) printf " + x[1]"
    printf ";\n  for (long y = 0; y < 2; ++y)\n    for (long i = 0; i < y"
    for (i = 0; i < 50000; ++i) printf " + 1"
    print "; ++i) x[i] = 0.0f;\n}" }' >"$work/$file"
  timeout 20 "$CNNC" audit "$work/$file" >"$work/out" 2>&1
  grep -q 'greatest trip count 50001' "$work/out" || fail "it is not audited"
}

cd "$here" || exit 2
[ $# -ne 0 ] || { examples && long_sums; }
[ $# -ne 0 ] || set -- rejected/*.cpp accepted/*.cpp
for file in "$@"; do
  cases=$((cases + 1))
  cd "$here/${file%/*}" || exit 2
  kind=${file%%/*}
  file=${file##*/}
  "$kind"
done
echo "$cases cases, $failures failures"
[ "$failures" -eq 0 ] && [ "$cases" -gt 0 ]
