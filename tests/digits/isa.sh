#!/bin/sh
# Proves by its machine code that a compiled network uses the instructions of its target: that a run of it passes its tests
# would prove nothing if it computed with lesser ones, or in scalars.
#
#   tests/digits/isa.sh LIBRARY TARGET
set -eu
library=$1 target=$2
text=$(objdump -d --no-show-raw-insn "$library")
count() { printf '%s\n' "$text" | grep -cE "$1" || true; }

zmm_fma=$(count 'vfn?m(add|sub)[0-9]*ps .*%zmm')
ymm_fma=$(count 'vfn?m(add|sub)[0-9]*ps .*%ymm')
zmm=$(count '%zmm')
ymm=$(count '%ymm')
echo "$target: $zmm_fma fused multiply-adds on 512 bits, $ymm_fma on 256; $zmm instructions with zmm, $ymm with ymm"
case $target in
  avx512) [ "$zmm_fma" -ge 50 ] ;;
  avx2) [ "$ymm_fma" -ge 50 ] && [ "$zmm" = 0 ] ;;
  sse2 | generic) [ "$zmm" = 0 ] && [ "$ymm" = 0 ] ;;
esac
