#!/bin/sh
# Checks one rule of the project's style over the whole tree; tests/style/CMakeLists.txt makes a test of each.
#
#   tests/style/check.sh RULE        prints every breach as file:line: what is wrong, and fails if there is one
#
# Rules are functions below, named rule_RULE; each says in its first line what it demands.
set -eu
cd "$(dirname "$0")/../.."
LC_ALL=C.UTF-8
export LC_ALL

# Tracked files, or all of them where there is no git (a release archive); patterns as for git ls-files.
files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -- "$@" | while IFS= read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
  else
    for pattern; do
      [ "$pattern" != . ] || pattern='*'
      find . -path "./$pattern" -type f | sed 's|^\./||' | grep -v '^build\|^\.git/'
    done
  fi
}

sources() { files '*.cpp' '*.hpp' '*.h' '*.def' | grep -v '^tests/golden/'; }
breaches=$(mktemp)
trap 'rm -f "$breaches"' EXIT
breach() { cat >>"$breaches"; }

# folders of compiler/ in the order in which data flow
order='support ir ops frontend eval target passes schedule lower emit clang report driver'

rule_include_direction() { # a folder of compiler/ includes only itself and those before it in the order of the data's way
  files 'compiler/*.cpp' 'compiler/*.hpp' | xargs -d '\n' awk -v order="$order" '
    BEGIN { n = split(order, folders, " "); for (i = 1; i <= n; ++i) rank[folders[i]] = i }
    /^#include "compiler\// {
      split(FILENAME, here, "/"); split($2, there, "/")
      if (!(here[2] in rank)) print FILENAME ": folder " here[2] " is not in the order of tests/style/check.sh"
      else if (!(there[2] in rank) || rank[there[2]] > rank[here[2]])
        print FILENAME ":" FNR ": " here[2] " may not include " there[2]
    }' | breach
  files 'runtime/*.h' 'runtime/*.hpp' | xargs -d '\n' awk '
    /^#include "compiler\// { print FILENAME ":" FNR ": the runtime may not include the compiler" }' | breach
}

rule_file_sizes() { # half of the files have at most 200 lines, and none more than 800, tables (.def) excepted
  sources | grep -v '\.def$' | xargs -d '\n' wc -l | awk '$2 != "total"' | sort -n >"$breaches.sizes"
  awk '$1 > 800 { print $2 ": " $1 " lines; no file may have more than 800" }
       { size[NR] = $1 }
       END { if (size[int((NR + 1) / 2)] > 200) print "the median file has " size[int((NR + 1) / 2)] " lines, 200 are allowed"
             printf "%d files, median %d lines, largest %d\n", NR, size[int((NR + 1) / 2)], size[NR] >"/dev/stderr" }' \
    "$breaches.sizes" | breach
  rm -f "$breaches.sizes"
}

rule_function_lengths() { # a function has at most 60 lines; read off the form that clang-format gives
  sources | grep '^compiler/\|^runtime/' | xargs -d '\n' awk '
    FNR == 1 { start = 0 }
    /^( {2})?[A-Za-z_].*\) ?(const )?(noexcept )?(override )?\{$/ && !/^ *(namespace|struct|class|enum|union|if|for|while|switch|return|else)/ {
      if (!start) { start = FNR; match($0, /^ */); indent = RLENGTH }
    }
    /^ *\}/ { match($0, /^ */)
      if (start && RLENGTH == indent) {
        if (FNR - start + 1 > 60) print FILENAME ":" start ": a function of " FNR - start + 1 " lines; 60 are allowed"
        start = 0
      } }' | breach
}

rule_line_lengths() { # a line has at most 120 characters
  files 'compiler/*.cpp' 'compiler/*.hpp' 'runtime/*' 'examples/*pp' dev |
    xargs -d '\n' grep -nHE '^.{121,}' | cut -c1-100 | sed 's/$/…: longer than 120 characters/' | breach
}

rule_pragma_once() { # a header has #pragma once; the runtime's, which may be pasted into other files, have guards
  files 'compiler/*.hpp' 'tests/*.hpp' 'examples/*.hpp' | xargs -d '\n' grep -L '^#pragma once' | sed 's/$/: has no #pragma once/' | breach
  files 'runtime/cnnc/*.hpp' 'runtime/cnnc/*.h' | xargs -d '\n' grep -L '^#ifndef CNNC_' | sed 's/$/: has no guard/' | breach
}

rule_no_machine_paths() { # no path of the machine on which something was written
  files . | grep -v '^tests/style/\|^tests/fuzz/corpus/' | xargs -d '\n' grep -nIE '(^|[^A-Za-z0-9_.])/(work|home|root|Users)/' |
    sed 's/$/  <- a path of one machine/' | breach
}

rule_no_loose_ends() { # what is left to do stands in the project's list of issues, not in the text
  files . | grep -v '^tests/style/\|^tests/fuzz/corpus/' | xargs -d '\n' grep -nIwE 'TODO|FIXME|XXX|HACK' |
    sed 's/$/  <- a loose end/' | breach
}

rule_spirit_in_its_room() { # Boost.Spirit is the grammar's affair alone
  sources | grep -v '^compiler/frontend/net_grammar' | xargs -d '\n' grep -nE '#include <boost/' | breach
}

rule_clang_in_its_room() { # LLVM and Clang are included by compiler/clang alone
  sources | grep -v '^compiler/clang/' | xargs -d '\n' grep -nE '#include ["<](llvm|clang|clang-c)/' | breach
}

rule_operators_in_one_place() { # no operator is named outside compiler/ops: passes and emitters ask its record for facts
  names=$(sed -n 's/^ *CNNC_OPERATOR(\([a-z_0-9]*\)).*/\1/p' compiler/ops/ops.def | sed 's/_$//;s/_op$//' | sort -u)
  [ -n "$names" ] || { echo "compiler/ops/ops.def lists no operator" | breach; return; }
  # A word that names something in the forms too (the scalar operation `add`, the combine `sum`) proves nothing, nor does the
  # attribute `pad`, nor the mean of a file's numbers. A rewrite that makes a node says which: apply(graph, "reshape", …) asks nothing of an operator.
  for name in $names; do
    grep -qE "\"$name\"" compiler/ir/*.cpp 2>/dev/null || printf '"%s"\n' "$name"
  done >"$breaches.names"
  files 'compiler/*.cpp' 'compiler/*.hpp' | grep -vE '^compiler/ops/' | xargs -d '\n' grep -nF -f "$breaches.names" |
    grep -vE ':[0-9]+: *(//|\*)|"pad"|"scale"|weights_report\.cpp:.*"mean"|apply\(graph, "[a-z_]+"' | sed 's/$/  <- names an operator/' | breach
  rm -f "$breaches.names"
}

rule_simd_headers() { # one header an ISA, of at most 600 lines, that includes nothing but intrinsics
  files 'runtime/cnnc/simd/*.hpp' | xargs -d '\n' wc -l | awk '$2 != "total" && $1 > 600 { print $2 ": " $1 " lines; 600 are allowed" }' |
    breach
  files 'runtime/cnnc/simd/*.hpp' | xargs -d '\n' grep -nE '^ *#include' |
    grep -vE '<([a-z0-9]+intrin|arm_[a-z]+|cstdint|cstddef|stdint|stddef)(\.h)?>|"cnnc/(simd/|element\.hpp)' | sed 's/$/  <- only intrinsics/' | breach
}

rule_format() { # every C++ file has the form of .clang-format; ./dev format brings it there
  sources | grep -v '\.def$' | xargs -d '\n' clang-format-19 --dry-run --Werror 2>&1 | grep -E 'error:' | breach
}

rule=${1:?which rule}
"rule_$rule" || true
if [ -s "$breaches" ]; then
  sed -n "s/^rule_$rule() { # /the rule: /p" tests/style/check.sh
  cat "$breaches"
  exit 1
fi
