#!/bin/sh
# Emits models, compiles them as users do, and runs them: run_cases.sh EMIT_CASES COMPILER C_COMPILER KIND WORK SOURCE
# KIND is plain, unoptimised, contracting or sanitized; SOURCE is the root of cnnc's source.
set -eu
emit_cases=$1 compiler=$2 c_compiler=$3 kind=$4 work=$5 source=$6
here=$source/tests/emit

case $kind in
plain) flags='-O2 -fno-exceptions -fno-rtti' ;;
unoptimised) flags=-O0 ;;
sanitized) flags='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all' ;;
contracting) flags='-O3 -march=x86-64-v4 -ffp-contract=fast' ;;
*) exit 2 ;;
esac
link_flags=-O1
[ "$kind" = sanitized ] && link_flags=$flags
strict='-std=c++17 -Wall -Wextra -Wpedantic -Wconversion -Werror'

rm -rf "$work"
mkdir -p "$work/build"
"$emit_cases" "$work"
cd "$work/build"

for model in "$work"/*.cpp; do
  name=$(basename "$model" .cpp)
  runtime="-I $source/runtime"
  case $name in *_pasted) runtime= ;; esac
  "$compiler" $strict $flags $runtime -I "$work" -fstack-usage -c "$model" -o "$name.o"
  [ "$kind" = sanitized ] && continue # those frames and symbols are the sanitizers'
  # run() and the kernel with the largest frame: kernels call nothing.
  awk -F '\t' -v name="$name" '{ if ($1 ~ /run/) run = $2; else if ($2 > kernel) kernel = $2 + 0 }
    END { print name, run + kernel }' "$name.su" >>"$work/stack.txt"
  # Nothing but the description of the CPU is called or read from elsewhere.
  foreign=$(nm -u "$name.o" | awk '{ print $2 }' |
    grep -vx -e __cpu_model -e _GLOBAL_OFFSET_TABLE_ -e __stack_chk_fail || true)
  [ "$kind" = unoptimised ] && foreign=$(printf '%s' "$foreign" | grep -vx memcpy || true)
  [ -z "$foreign" ] || { echo "$name needs $foreign"; exit 1; }
done

for header in "$work"/*.hpp; do
  echo "#include \"$(basename "$header")\"" >header.cpp
  "$compiler" $strict -Wshadow -fsyntax-only -I "$source/runtime" -I "$work" header.cpp
done
"$compiler" -std=c++17 -Wall -Wextra $link_flags -I "$source/runtime" -I "$work" "$here/check_models.cpp" ./*.o -pthread -o check_models
./check_models "$work"
"$compiler" $strict -Wshadow $link_flags -I "$source/runtime" -I "$work" "$here/check_faces.cpp" generic_embed.o generic_file.o list_embed.o list_file.o -o check_faces
./check_faces "$work"
[ "$kind" = sanitized ] && exit 0

"$c_compiler" -std=c99 -Wall -Wextra -pedantic -Werror -I "$source/runtime" -I "$work" "$here/check_c.c" generic_embed.o list_file.o -o check_c
./check_c "$work"

# The model's symbol is hidden in a shared library, unless exported; also with link-time optimisation, for which Clang
# looks for the weights in the current folder.
cp "$work/avx512_embed.weights" .
"$compiler" $strict -O1 -fPIC -shared -flto -I "$source/runtime" -I "$work" "$work/avx512_embed.cpp" -o hidden.so
"$compiler" $strict -O1 -fPIC -shared -DCNNC_EXPORT -I "$source/runtime" -I "$work" "$work/avx512_embed.cpp" -o exported.so
if nm -D --defined-only hidden.so | grep avx512_embed; then
  echo "hidden.so exports the model"
  exit 1
fi
nm -D --defined-only exported.so | grep -q ' avx512_embed_model$' || { echo "exported.so does not export the model"; exit 1; }

# -ffast-math is refused.
if "$compiler" -std=c++17 -ffast-math -I "$source/runtime" -I "$work" -fsyntax-only "$work/generic_embed.cpp" 2>fast.txt; then
  echo "-ffast-math is accepted"
  exit 1
fi
grep -q 'without -ffast-math' fast.txt
