#!/bin/sh
# Keeps docs/ true.
#   BIN=build/bin sh run.sh [PAGE…]      CNNC_UPDATE=1 rewrites what is drawn by commands (not where CI is set)
# 1. What stands between '<!-- $ COMMAND -->' and '<!-- end -->' is the output of COMMAND, run in the project's root;
#    '<!-- text $ COMMAND -->' puts it into a block of that kind.
# 2. Every ```net block is a file that `cnnc check` accepts; a block ```net NAME.net is one that they import.
# 3. Every ```c block compiles without a warning.
# 4. The first ```net block of every page in docs/diagnostics causes its code, when it is checked or compiled.
# 5. Every relative link leads to a file.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd) || exit 2
: "${BIN:?set BIN to the folder of cnnc and docs_show}"
case $BIN in /*) ;; *) BIN=$PWD/$BIN ;; esac
PATH=$BIN:$PATH
LC_ALL=C.UTF-8
export PATH LC_ALL
if [ -n "${CNNC_UPDATE:-}" ] && [ -n "${CI:-}" ]; then
  echo "run.sh: pages are not updated in CI" >&2
  exit 2
fi
SCRATCH=$(mktemp -d) || exit 2
export SCRATCH
trap 'rm -rf "$SCRATCH"' EXIT
cd "$root" || exit 2
failures=0
drawn=0
networks=0
links=0
examples=0

fail() {
  echo "FAILED $page: $1"
  failures=$((failures + 1))
}

draw() {
  grep -q '^<!-- [a-z]* *\$ ' "$page" || return 0
  awk -v scratch="$SCRATCH" '
    inside && /^<!-- end -->$/ { inside = 0; print; next }
    inside { next }
    { print }
    /^<!-- [a-z]* *\$ .* -->$/ {
      kind = $2 == "$" ? "" : $2
      start = index($0, "$ ") + 2
      command = substr($0, start, length($0) - start - 3)
      inside = 1
      script = scratch "/command.sh"
      printf "set -e\n%s\n", command > script
      close(script)
      run = "sh " script " 2>" scratch "/errors || { echo FAILED; cat " scratch "/errors; }"
      if (kind != "") print "```" kind
      blank = 0
      while ((run | getline line) > 0) {
        if (line == "") { ++blank; continue }
        for (; blank > 0; --blank) print ""  # blank lines at the end are left away
        print line
      }
      close(run)
      if (kind != "") print "```"
    }
    END { if (inside) print "FAILED: no <!-- end -->" }' "$page" >"$SCRATCH/page.md"
  drawn=$((drawn + $(grep -c '^<!-- [a-z]* *\$ ' "$page")))
  if grep -q 'error\[E0409\]' "$SCRATCH/page.md"; then
    echo "skipped the drawings of $page: this cnnc was built without Clang"
  elif grep -q '^FAILED' "$SCRATCH/page.md"; then
    fail "a command failed"
    grep -n -A 5 '^FAILED' "$SCRATCH/page.md"
  elif ! cmp -s "$page" "$SCRATCH/page.md"; then
    if [ -n "${CNNC_UPDATE:-}" ]; then
      cp "$SCRATCH/page.md" "$page"
    else
      fail "it shows something else than its commands print (- page, + commands); CNNC_UPDATE=1 redraws it"
      diff -u "$page" "$SCRATCH/page.md" | sed 1,2d | head -40
    fi
  fi
}

check_networks() {
  rm -f "$SCRATCH"/*.net
  awk -v scratch="$SCRATCH" '
    /^```net [a-z_]+\.net$/ { file = scratch "/" $2; inside = 1; next }
    /^```net$/ { ++n; file = scratch "/" n ".net"; for (i = 1; i < NR; ++i) print "" > file; inside = 1; next }
    /^```$/ && inside { close(file); inside = 0 }
    inside { print > file }' "$page"
  for file in "$SCRATCH"/[0-9]*.net; do
    [ -f "$file" ] || continue
    networks=$((networks + 1))
    # Blank lines stand for the text before, so that the lines of messages are those of the page.
    cnnc check "$file" >"$SCRATCH/out" 2>"$SCRATCH/err" || { fail "a network is not accepted"; cat "$SCRATCH/err"; }
  done
}

check_c() {
  sed -n '/^```c$/,/^```$/p' "$page" | sed '/^```/d' >"$SCRATCH/block.c"
  [ ! -s "$SCRATCH/block.c" ] || "${CC:-cc}" -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I runtime \
    "$SCRATCH/block.c" || fail "its C does not compile"
}

check_links() {
  for link in $(sed '/^```/,/^```$/d' "$page" | grep -o '](\([^)]*\))' | sed 's/^](//; s/)$//; s/#.*//'); do
    case $link in http*) continue ;; esac
    links=$((links + 1))
    [ -e "$(dirname "$page")/$link" ] || fail "its link to $link leads nowhere"
  done
}

check_examples() {
  for page in docs/diagnostics/[EW]*.md; do
    code=$(basename "$page" .md)
    awk '/^```net$/ { inside = 1; next } /^```$/ && inside { exit } inside' "$page" >"$SCRATCH/example.net"
    [ -s "$SCRATCH/example.net" ] || continue
    examples=$((examples + 1))
    cnnc check "$SCRATCH/example.net" >"$SCRATCH/out" 2>&1
    grep -q "\[$code\]" "$SCRATCH/out" && continue
    cnnc "$SCRATCH/example.net" --random-weights 1 -o "$SCRATCH/example.cpp" >"$SCRATCH/out" 2>&1
    grep -q "\[$code\]" "$SCRATCH/out" || fail "its example does not cause it"
  done
}

[ $# -ne 0 ] || check_examples
[ $# -ne 0 ] || set -- README.md docs/*.md docs/architecture/*.md
for page in "$@"; do
  draw
  check_networks
  check_c
  check_links
done
echo "$drawn drawings, $networks networks, $examples examples, $links links, $failures failures"
[ "$failures" -eq 0 ]
