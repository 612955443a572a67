#!/bin/sh
# Pages and drawings of whole networks: well-formed XML, the same bytes from any folder, kept from overwriting what is
# not theirs.
#   CNNC=build/bin/cnnc sh page.sh      exit status 77: nothing here can parse XML
set -eu
: "${CNNC:?set CNNC to the program}"
case $CNNC in /*) ;; *) CNNC=$PWD/$CNNC ;; esac
examples=$(CDPATH='' cd -- "$(dirname -- "$0")/../../examples" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

if command -v xmllint >/dev/null; then
  well_formed() { xmllint --nonet --noout "$1"; }
elif command -v python3 >/dev/null; then
  well_formed() { python3 -c 'import sys, xml.dom.minidom as dom; dom.parse(sys.argv[1])' "$1"; }
else
  echo "skipped: neither xmllint nor python3 is here to parse XML"
  exit 77
fi
fail() { echo "FAILED: $*" >&2; exit 1; }

cat >evil.net <<'END'
/// </script><b onclick='x'>"bold"</b> & <!-- ]]> --> and so on
///
/// Second paragraph.
network evil(x: f32[1, 8, 8]) -> (y: f32[1, 8, 8]) {
  return x |> conv(1, kernel = 3, pad = 1) as only
}
END

for model in evil.net "$examples/lenet5/lenet5.net" "$examples/zoo/audio_tcn.net" "$examples/zoo/text_cnn.net"; do
  name=$(basename "$model" .net)
  "$CNNC" report "$model" --random-weights 1 --target generic -o "$name.html" || fail "no page of $name"
  well_formed "$name.html" || fail "the page of $name is not well-formed"
  for drawing in graph fused receptive_field; do
    "$CNNC" report "$model" --random-weights 1 --target generic --svg $drawing -o "$name.svg" --force || fail "no $drawing of $name"
    well_formed "$name.svg" || fail "the drawing $drawing of $name is not well-formed"
  done
done
! grep -q '<b onclick' evil.html || fail "markup of a comment got into the page"
! grep -q '<script\|src=' ./*.html || fail "a page has a script or loads something"

mkdir elsewhere
(cd elsewhere && LC_ALL=C TZ=Asia/Tokyo "$CNNC" report "$examples/lenet5/lenet5.net" --random-weights 1 --target generic -o other.html)
cmp lenet5.html elsewhere/other.html || fail "the page depends on the folder"
"$CNNC" compile "$examples/lenet5/lenet5.net" --random-weights 1 --target generic --emit report -o emitted.html
cmp lenet5.html emitted.html || fail "--emit report gives another page"
"$CNNC" report "$examples/lenet5/lenet5.net" -o lenet5.html || fail "a page cannot be written again"
echo precious >mine.html
! "$CNNC" report "$examples/lenet5/lenet5.net" -o mine.html 2>/dev/null || fail "a file that is not ours was replaced"
[ "$(cat mine.html)" = precious ] || fail "a file that is not ours was changed"
"$CNNC" report "$examples/lenet5/lenet5.net" --text | grep -q '  conv2 .*14 × 14 ' || fail "the table lacks conv2's field"
echo "all pages are well-formed"
