#!/bin/sh
# Proves by their machine code that kernels use the registers of their target: a run that gives the right bits would
# prove nothing of an instruction set if it were computed with a lesser one.
#
#   isa.sh TARGET FOLDER OBJECTS NAME      the units FOLDER/TARGET_*.cpp, compiled as OBJECTS/NAME_TARGET_*.o
#
# In every unit at least as many functions use the target's registers as kernels announce vectors of that width in their
# heading, and none uses wider ones.
set -eu
target=$1 folder=$2 objects=$3 name=$4
case $target in
generic | sse2) lanes=4 own=xmm wider='[yz]mm' ;;
avx2) lanes=8 own=ymm wider='zmm' ;;
avx512) lanes=16 own=zmm wider='none' ;;
esac

for source in "$folder/$target"_[0-9]*.cpp; do
  unit=$(basename "$source" .cpp)
  announced=$(awk -v vectors="vectors? of $lanes" '
    /^\/\/ / { if ($0 ~ "^// schedule: .*" vectors) wide = 1; next }
    /^CNNC_KERNEL/ { count += wide; wide = 0 }
    END { print count + 0 }' "$source")
  objdump -d --no-show-raw-insn "$objects/${name}_$unit.o" | awk -v own="%$own" -v wider="%$wider" \
    -v announced="$announced" -v unit="$unit" '
    /^[0-9a-f]+ <.*>:$/ { functions += uses; uses = 0 }
    $0 ~ own { uses = 1 }
    $0 ~ wider { wide += 1 }
    END {
      functions += uses
      printf "%s: %d kernels announce vectors, %d functions use %s, %d instructions use wider registers\n",
             unit, announced, functions, own, wide
      exit !(announced > 0 && functions >= announced && wide == 0)
    }'
done
