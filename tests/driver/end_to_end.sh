#!/bin/sh
# The program as a user meets it: exit codes, and what a run leaves behind.
#   CNNC=path/to/cnnc sh end_to_end.sh
set -u
: "${CNNC:?set CNNC to the cnnc program}"
case $CNNC in /*) ;; *) CNNC=$PWD/$CNNC ;; esac
unset CI
LC_ALL=C
export LC_ALL

work=$(mktemp -d) || exit 2
cleanup() {
  umount "$work/full" 2>/dev/null
  chmod -R u+w "$work" && rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
failures=0
checks=0

fail() {
  echo "FAILED $1"
  failures=$((failures + 1))
}

# expect STATUS DESCRIPTION COMMAND…: runs a command; what it prints is in $work/stdout and $work/stderr.
expect() {
  wanted=$1 what=$2
  shift 2
  checks=$((checks + 1))
  "$@" >"$work/stdout" 2>"$work/stderr"
  status=$?
  if [ "$status" -ne "$wanted" ]; then
    fail "$what: exit status $status, expected $wanted"
    cat "$work/stderr"
  fi
}

# holds DESCRIPTION COMMAND…: the command must succeed.
holds() {
  checks=$((checks + 1))
  what=$1
  shift
  "$@" >/dev/null 2>&1 || fail "$what"
}

# only FOLDER NAME…: the folder holds these names and nothing else, hidden files included.
only() {
  checks=$((checks + 1))
  folder=$1
  shift
  actual=$(ls -A "$folder" | tr '\n' ' ')
  [ "$actual" = "$*${*:+ }" ] || fail "$folder holds '$actual', expected '$*'"
}

cd "$work" || exit 2
mkdir in out
cat >in/f.net <<'END'
/// A dense layer.
network f(x: f32[3, 8, 8]) -> (y: f32[40]) {
  return x |> conv(8, kernel = 3, pad = 1) as c |> relu |> flatten |> dense(40) as fc
}
END
# One value in, no weights.
cat >in/twice.net <<'END'
network twice(x: f32[2]) -> (y: f32[2]) { return x + x }
END
header="{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }
"
printf '\223NUMPY\001\000\072\000%s\000\000\200\077\000\000\000\100' "$header" >in/x.npy # [1, 2]

# -- Success: the files that are told, the same bytes each time, everywhere.
expect 0 "a network is compiled" "$CNNC" in/f.net --random-weights 7 -o out/f.cpp
only out f.cpp f.hpp f.weights
mkdir "other folder"
(cd "other folder" && LC_ALL=C.UTF-8 LANG=de_DE.UTF-8 TZ=Asia/Tokyo "$CNNC" ../in/f.net --random-weights 7 -o f.cpp)
for name in f.cpp f.hpp f.weights; do
  holds "$name has the same bytes in another folder and locale" cmp out/$name "other folder/$name"
done
expect 0 "what cnnc wrote is replaced" "$CNNC" in/f.net --random-weights 8 -o out/f.cpp
checks=$((checks + 1))
cmp -s out/f.weights "other folder/f.weights" && fail "another seed gave the same weights"
only out f.cpp f.hpp f.weights
expect 0 "two targets in any order" "$CNNC" in/f.net --random-weights 7 -o out/f.cpp --target avx2,avx512
expect 0 "and in the other" "$CNNC" in/f.net --random-weights 7 -o "other folder/f.cpp" --target avx512,avx2
holds "the text is the same" cmp out/f.cpp "other folder/f.cpp"
holds "the weights are the same" cmp out/f.weights "other folder/f.weights"
expect 0 "a list's programs" "$CNNC" in/f.net --random-weights 7 --emit ir --target generic,sse2
holds "the better is printed first" sh -c "sed -n 1p '$work/stdout' | grep -q 'for sse2'"
holds "then the other" grep -q '^program f for generic' "$work/stdout"
expect 0 "a pass of a list" "$CNNC" in/f.net --random-weights 7 --dump-after fuse --target generic,sse2
holds "each is headed" test "$(grep -c '^target ' "$work/stdout")" = 2
expect 0 "one target, back again" "$CNNC" in/f.net --random-weights 7 -o "other folder/f.cpp"
expect 0 "check needs no weights" "$CNNC" check in/f.net
expect 0 "a network is run" "$CNNC" run in/twice.net --input in/x.npy
holds "its output is printed" grep -qx '\[2, 4\]' "$work/stdout"
expect 0 "outputs are written" "$CNNC" run in/twice.net --input x=in/x.npy --output out/y.npz
expect 0 "and replaced" "$CNNC" run in/twice.net --input in/x.npy --output out/y.npz
expect 0 "help" "$CNNC" --help
for verb in compile run check explain golden weights; do
  expect 0 "help of $verb" "$CNNC" $verb --help
  holds "help of $verb has examples" grep -q '^Examples:' "$work/stdout"
done
expect 0 "version" "$CNNC" --version

# -- Weights: what a file holds; packed for code that is compiled already.
rm -rf out && mkdir out
expect 0 "an array is listed" "$CNNC" weights in/x.npy
holds "with its range" grep -q '^x  *float32  \[2\]  *1  *2  *1.5  *0$' "$work/stdout"
expect 0 "and as JSON" "$CNNC" weights in/x.npy --json
holds "with its type" grep -q '"dtype": "f32"' "$work/stdout"
printf 'network one(v: f32[1, 2]) -> (y: f32[1, 1]) { return v |> dense(1, bias = false) as fc }\n' >in/one.net
mkdir in/first in/second
header="{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }
"
printf '\223NUMPY\001\000\074\000%s\000\000\200\077\000\000\000\100' "$header" >in/first/fc.weight.npy
printf '\223NUMPY\001\000\074\000%s\000\000\000\100\000\000\000\000' "$header" >in/second/fc.weight.npy
expect 0 "weights in a file" "$CNNC" in/one.net --weights in/second -o out/one.cpp --weights-mode file
cp out/one.weights out/second.weights
expect 0 "compiled with others" "$CNNC" in/one.net --weights in/first -o out/one.cpp --weights-mode file
expect 0 "the second are packed" "$CNNC" weights --pack in/one.net in/second -o out/one.weights
holds "they are what compiling would write" cmp out/one.weights out/second.weights
expect 1 "packed for another target" "$CNNC" weights --pack in/one.net in/first -o out/one.weights --target sse2
holds "the file is as it was" cmp out/one.weights out/second.weights
expect 0 "unless forced" "$CNNC" weights --pack in/one.net in/first -o out/one.weights --target sse2 --force
expect 1 "over a file that is no weights file" "$CNNC" weights --pack in/one.net in/first -o in/one.net
expect 2 "a list into a file" "$CNNC" weights in/first -o out/list
expect 2 "packed, but where to" "$CNNC" weights --pack in/one.net in/first
expect 2 "no weights" "$CNNC" weights

# -- Wrong usage ends with 2, faults of the input with 1; neither leaves a file.
rm -rf out && mkdir out
expect 2 "nothing at all" "$CNNC"
expect 2 "no output" "$CNNC" in/f.net
expect 2 "an unknown option" "$CNNC" in/f.net --colour -o out/f.cpp
expect 2 "an option twice" "$CNNC" in/f.net --random-weights 1 -o out/f.cpp -o out/g.cpp
holds "it is told" grep -q -- '-o is given more than once' "$work/stderr"
expect 2 "an option without its value" "$CNNC" in/f.net -o out/f.cpp --name
holds "it is told" grep -q -- '--name needs a value' "$work/stderr"
expect 2 "an option of later versions" "$CNNC" in/f.net --random-weights 1 -o out/f.cpp --threads 4
holds "it is told" grep -q -- '--threads is not supported by this version' "$work/stderr"
expect 2 "a target twice in a list" "$CNNC" in/f.net --random-weights 1 -o out/f.cpp --target avx2,generic,avx2
expect 2 "a list that ends in a comma" "$CNNC" in/f.net --random-weights 1 -o out/f.cpp --target avx2,
expect 2 "a list with this machine's target" "$CNNC" in/f.net --random-weights 1 -o out/f.cpp --target avx2,native
expect 2 "a value where none belongs" "$CNNC" in/f.net --random-weights 1 -o out/f.cpp --force=7
holds "it is told" grep -q -- '--force takes no value' "$work/stderr"
expect 2 "a bad value" "$CNNC" in/f.net --target pdp11 -o out/f.cpp
expect 2 "a bad prefix" "$CNNC" in/f.net --name 'f; int x' -o out/f.cpp
expect 2 "an output that cannot stand in an #include" "$CNNC" in/f.net --random-weights 1 -o 'out/a"b.cpp'
expect 2 "an output that is the header" "$CNNC" in/f.net --random-weights 1 -o out/f.hpp
expect 2 "two sources of weights" "$CNNC" in/f.net --random-weights 1 --weights w.npz -o out/f.cpp
expect 2 "an unknown pass" "$CNNC" in/f.net --random-weights 1 --dump-after fuze
holds "passes are listed" grep -q 'canonicalize' "$work/stderr"
expect 2 "an unknown verb" "$CNNC" comple in/f.net
expect 2 "a first word that is nothing" "$CNNC" frobnicate in/f.net
holds "it is named" grep -q "'frobnicate' is neither a verb nor a file" "$work/stderr"
# Of every option of every verb that takes a value; an unset shell variable would go unnoticed.
for verb in compile report run check explain fmt golden weights; do
  for option in $("$CNNC" $verb --help | sed -n 's/^  \(-[-a-zA-Z]*\) [A-Z][A-Z]* .*/\1/p'); do
    expect 2 "$verb with an empty $option" "$CNNC" $verb in/f.net $option ""
    holds "which is said of $verb" grep -q -- "the value of $option is empty" "$work/stderr"
  done
  expect 2 "$verb of an empty argument" "$CNNC" $verb ""
  holds "which is said of $verb" grep -q 'the argument [A-Z]* is empty' "$work/stderr"
done
expect 1 "no weights" "$CNNC" in/f.net -o out/f.cpp
expect 1 "no file" "$CNNC" in/absent.net -o out/f.cpp
expect 1 "an empty file" "$CNNC" /dev/null -o out/f.cpp
: >in/empty.net
expect 1 "a file of no bytes" "$CNNC" in/empty.net -o out/f.cpp
expect 1 "an empty weights file" "$CNNC" in/f.net --weights in/empty.net -o out/f.cpp
expect 1 "an error code that is none" "$CNNC" explain E9999
expect 1 "an array of another shape" "$CNNC" run in/f.net --random-weights 1 --input in/x.npy --output out/y.npz
expect 1 "an error of check" "$CNNC" check in/empty.net --json
holds "it prints nothing on stdout" test ! -s "$work/stdout"
only out

# -- Files of others are kept; a failure leaves earlier files as they were.
echo "my header" >out/f.hpp
expect 1 "a header that is not ours" "$CNNC" in/f.net --random-weights 1 -o out/f.cpp
only out f.hpp
holds "it is as it was" grep -qx "my header" out/f.hpp
expect 0 "it is replaced by force" "$CNNC" in/f.net --random-weights 1 -o out/f.cpp --force
only out f.cpp f.hpp f.weights
cp in/f.net out/g.net
expect 1 "the source is not replaced even by force" "$CNNC" out/g.net --random-weights 1 -o out/g.cpp --depfile out/g.net --force
holds "it is as it was" cmp in/f.net out/g.net
rm out/g.net
cp -r out before
expect 1 "a folder in the place of the weights" sh -c \
  'rm out/f.weights && mkdir out/f.weights && "$0" in/f.net --random-weights 2 -o out/f.cpp' "$CNNC"
rmdir out/f.weights && cp before/f.weights out
for name in f.cpp f.hpp; do holds "$name is as it was" cmp out/$name before/$name; done
expect 1 "a limit of the file size" sh -c 'ulimit -f 8 && "$0" in/f.net --random-weights 2 -o out/f.cpp' "$CNNC"
only out f.cpp f.hpp f.weights
for name in f.cpp f.hpp f.weights; do holds "$name is as it was" cmp out/$name before/$name; done
mkdir full
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=64k none full 2>/dev/null; then
  expect 1 "a full disk" "$CNNC" in/f.net --random-weights 2 -o full/f.cpp
  holds "the reason is told" grep -q 'No space left' "$work/stderr"
  only full
  umount full
else
  echo "left out: a full disk (needs root and mount)"
fi
expect 1 "a folder that may not be written to" "$CNNC" in/f.net --random-weights 2 -o /proc/f.cpp
expect 1 "a device" "$CNNC" in/f.net --random-weights 2 -o /dev/full

# -- Closed streams and readers that go away.
expect 1 "a full standard output" sh -c '"$0" check in/f.net >/dev/full' "$CNNC"
expect 1 "a closed standard output" sh -c '"$0" check in/f.net >&-' "$CNNC"
expect 1 "no file appears if what is printed cannot be" sh -c \
  '"$0" in/f.net --random-weights 2 --dump-after fuse -o out/new.cpp >&-' "$CNNC"
only out f.cpp f.hpp f.weights
expect 0 "a compilation prints nothing, so its stdout may be closed" sh -c \
  '"$0" in/f.net --random-weights 7 -o out/f.cpp >&- 2>&- <&-' "$CNNC"
holds "and the outputs are right" cmp out/f.cpp "other folder/f.cpp"
expect 1 "faults with a closed stderr" sh -c '"$0" check in/absent.net 2>&-' "$CNNC"
expect 1 "a reader that goes away" sh -c '{ sleep 1; "$0" explain E0203; echo $? >status; } | :; exit "$(cat status)"' "$CNNC"

# -- Bad input costs neither time nor memory: 10 seconds, 1 GiB.
bounded() {
  what=$1
  shift
  expect 1 "$what" timeout 10 sh -c 'ulimit -v 1048576 && exec "$@"' sh "$@"
}
printf '\000\000\000\000\000\000\000\200{}' >in/claims.safetensors
bounded "a header of 2^63 bytes" "$CNNC" run in/f.net --weights in/claims.safetensors
json='{"c.weight":{"dtype":"U8","shape":[2000000000],"data_offsets":[0,2000000000]}}'
printf '\116\000\000\000\000\000\000\000%s' "$json" >in/sparse.safetensors
dd if=/dev/zero of=in/sparse.safetensors bs=1 count=0 seek=2000000086 2>/dev/null
bounded "two thousand million weights" "$CNNC" run in/f.net --weights in/sparse.safetensors
holds "the shape is told" grep -q '2000000000' "$work/stderr"
bounded "weights without end" "$CNNC" run in/f.net --weights /dev/zero
mkfifo in/pipe
bounded "a pipe that nobody writes to" "$CNNC" check in/pipe
bounded "a source without end" "$CNNC" check /dev/zero
bounded "an input without end" "$CNNC" run in/twice.net --input /dev/urandom
yes 'let let' | head -c 4000000 >in/faults.net
bounded "a million faults" "$CNNC" check in/faults.net
{
  echo 'network deep(x: f32[4]) -> (y: f32[4]) { return x'
  yes '|> softmax' | head -5000
  echo '}'
} >in/deep.net
# Ten seconds of the processor, which others may be using too.
expect 0 "five thousand layers" sh -c 'ulimit -t 10 && exec "$0" "$@"' "$CNNC" in/deep.net -o out/deep.cpp --target avx2

# -- Dependencies in make's syntax, whatever the folder is called.
mkdir 'a b$#'
cp in/f.net 'a b$#/f.net'
expect 0 "a depfile" "$CNNC" 'a b$#/f.net' --random-weights 1 -o 'a b$#/f.cpp' --depfile 'a b$#/f.d'
holds "names are escaped" grep -qxF '  a\ b$$\#/f.net' 'a b$#/f.d'
expect 0 "it is replaced" "$CNNC" 'a b$#/f.net' --random-weights 1 -o 'a b$#/f.cpp' --depfile 'a b$#/f.d'

expect 0 "so is that of another output" "$CNNC" 'a b$#/f.net' --random-weights 1 -o out/f.cpp --depfile 'a b$#/f.d'
line_end='
'
cp in/f.net "in/a${line_end}b.net"
expect 2 "a name that no rule can hold" \
  "$CNNC" "in/a${line_end}b.net" --random-weights 1 -o out/new.cpp --depfile out/new.d
holds "no file appears" test ! -e out/new.cpp
expect 1 "the code's place by another path" \
  "$CNNC" in/f.net --random-weights 1 -o out/new.cpp --depfile out/../out/new.cpp
holds "no file appears" test ! -e out/new.cpp

# -- Imports: found beside the importing file, then with -I; listed for make, and never overwritten.
mkdir in/lib in/sub
echo 'import "lib.net" block unit(x) { return x |> conv(width, kernel = 1) }' >in/sub/unit.net
echo 'const width = 2' >in/lib/lib.net
cat >in/import.net <<'END'
import "sub/unit.net"
import "../in/sub/unit.net"
import "lib.net"
network importing(x: f32[1, 2, 2]) -> (y: f32[width, 2, 2]) { return x |> unit }
END
expect 1 "an import that nothing finds" "$CNNC" check in/import.net
expect 0 "one that -I finds" "$CNNC" check in/import.net -I in/none -Iin/lib
expect 0 "compiled" "$CNNC" in/import.net -I in/lib --random-weights 1 -o out/i.cpp --depfile out/i.d
printf 'out/i.cpp: \\\n  in/import.net \\\n  in/sub/unit.net \\\n  in/lib/lib.net\n' >wanted
holds "imports are listed" cmp wanted out/i.d
expect 1 "an import is not overwritten" "$CNNC" in/import.net -I in/lib --random-weights 1 -o out/i.cpp \
  --depfile in/lib/lib.net --force
expect 1 "run takes -I: its input is missing" "$CNNC" run in/import.net -I in/lib --random-weights 1
holds "which is said" grep -q E0701 stderr
rm out/i.*
cp in/x.npy in/lib/x.npy
echo 'network loading(x: f32[_]) -> (y: f32[1]) { return sum(x + load("x.npy")) |> reshape([1]) }' |
  sed "s/f32\[_\]/$("$CNNC" check in/twice.net | sed -n 's/^.* input  *//p')/" >in/lib/load.net
expect 0 "a network that loads an array" "$CNNC" in/lib/load.net -o out/l.cpp --depfile out/l.d
holds "it is listed" grep -qxF '  in/lib/x.npy' out/l.d
expect 1 "it is not overwritten" "$CNNC" in/lib/load.net -o out/l.cpp --depfile in/lib/x.npy --force
rm out/l.*

# -- The canonical form: in place, through a link, from standard input to standard output; checked without writing.
printf 'const  a=1\n' >out/a.net
ln -s a.net out/link.net
chmod 640 out/a.net
expect 1 "a file that is not in canonical form" "$CNNC" fmt --check out/a.net
holds "it is as it was" grep -qx 'const  a=1' out/a.net
expect 0 "it is put into it" "$CNNC" fmt out/link.net
holds "what it is" grep -qx 'const a = 1' out/a.net
holds "the link stays" test -L out/link.net
holds "so does the mode" test "$(stat -c %a out/a.net)" = 640
expect 0 "now it is" "$CNNC" fmt --check out/a.net out/link.net
expect 0 "standard input" sh -c 'printf "const  a=1\n" | "$0" fmt -' "$CNNC"
holds "is printed" grep -qx 'const a = 1' stdout
printf 'const  a=1\n' >out/a.net
expect 1 "no file" "$CNNC" fmt out/a.net out/none.net
holds "the others are as they were" grep -qx 'const  a=1' out/a.net
expect 0 "a file twice" "$CNNC" fmt out/a.net out/link.net
holds "is put into form" grep -qx 'const a = 1' out/a.net
expect 2 "none given" "$CNNC" fmt
rm out/a.net out/link.net

# -- An output never takes the place of an input.
sed 's/(y: f32/(x: f32/' in/twice.net >in/rename.net
expect 0 "outputs that are inputs elsewhere" "$CNNC" run in/rename.net --input in/x.npy --output out/x.npz
cp out/x.npz before/x.npz
expect 1 "an input is not overwritten" "$CNNC" run in/twice.net --input out/x.npz --output out/x.npz --force
expect 1 "nor under another name" "$CNNC" run in/twice.net --input x=out/x.npz --output "$work/out/x.npz"
holds "it is as it was" cmp out/x.npz before/x.npz

# -- Golden files: values from the reference or from a runner, and text.
expect 1 "nothing is stored yet" "$CNNC" golden in/twice.net --inputs in/x.npy --expected out/y.npz
expect 0 "it is stored" "$CNNC" golden in/twice.net --inputs in/x.npy --expected out/y.npz --update
expect 0 "it agrees" "$CNNC" golden in/twice.net --inputs in/x.npy --expected out/y.npz
cp in/x.npy out/theirs.npz
expect 1 "a file of others is kept" "$CNNC" golden in/twice.net --inputs in/x.npy --expected out/theirs.npz --update
holds "it is as it was" cmp in/x.npy out/theirs.npz
expect 0 "it is replaced by force" \
  "$CNNC" golden in/twice.net --inputs in/x.npy --expected out/theirs.npz --update --force
cat >runner <<'END'
#!/bin/sh
if [ "$1" = --describe ]; then printf 'input f32 1 2 x\noutput f32 1 2 y\n'; exit; fi
cmp -s "$1" expected_input || exit 4
printf "$RESULT" >"$2"
END
chmod +x runner
printf '\000\000\200\077\000\000\000\100' >expected_input
RESULT='\000\000\000\100\000\000\200\100'
export RESULT
expect 0 "a runner agrees" "$CNNC" golden --runner runner --inputs in/x.npy --expected out/y.npz
RESULT='\000\000\000\100\000\000\220\100'
expect 1 "a runner differs" "$CNNC" golden --runner ./runner --inputs in/x.npy --expected out/y.npz
expect 0 "within the tolerance it agrees" "$CNNC" golden --runner ./runner --inputs in/x.npy --expected out/y.npz --tolerance 0.2
RESULT='\000'
expect 1 "a runner that writes too little" "$CNNC" golden --runner ./runner --inputs in/x.npy --expected out/y.npz
expect 0 "text is stored" "$CNNC" golden in/f.net --random-weights 7 --text out/f.cpp --update
holds "it is what compiling writes" cmp out/f.cpp "other folder/f.cpp"
expect 0 "it agrees" "$CNNC" golden in/f.net --random-weights 7 --text out/f.cpp
expect 1 "it differs for another target" "$CNNC" golden in/f.net --random-weights 7 --text out/f.cpp --target generic
expect 2 "a runner is not stored" "$CNNC" golden --runner ./runner --inputs in/x.npy --expected out/y.npz --update

echo "$checks checks, $failures failures"
[ "$failures" -eq 0 ]
