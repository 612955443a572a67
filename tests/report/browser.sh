#!/bin/sh
# The page in a real browser: its document is whole, as HTML and as XML, and the picture of it is not blank, light or
# dark.
#   CNNC=build/bin/cnnc PAGE_COLOURS=build/bin/page_colours sh browser.sh      exit status 77: there is no Chromium
set -eu
: "${CNNC:?set CNNC to the program}" "${PAGE_COLOURS:?set PAGE_COLOURS to the program}"
examples=$(CDPATH='' cd -- "$(dirname -- "$0")/../../examples" && pwd)
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
  echo "skipped: there is no Chromium here (Debian's package chromium)"
  exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

open_page() { # OPTION...: the page in a browser that has no profile, no network and no sandbox (it may run as root)
  timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
    --user-data-dir="$scratch/profile" --host-resolver-rules='MAP * ~NOTFOUND' --window-size=1400,2400 "$@"
}

"$CNNC" report "$examples/lenet5/lenet5.net" --random-weights 1 --target generic -o "$scratch/page.html"
cp "$scratch/page.html" "$scratch/page.xhtml"
for form in html xhtml; do
  open_page --dump-dom "file://$scratch/page.$form" >"$scratch/dom" 2>"$scratch/log" || fail "the browser failed: $(tail -n 3 "$scratch/log")"
  ! grep -q parsererror "$scratch/dom" || fail "the page is no good $form: $(grep -A 3 parsererror "$scratch/dom")"
  for part in 'id="graph"' 'id="layers"' 'id="memory"' 'id="fields"' 'id="sharing"' '</footer>'; do
    grep -q "$part" "$scratch/dom" || fail "the browser's document ($form) lacks $part"
  done
  [ "$(grep -c '<svg ' "$scratch/dom")" = 4 ] || fail "the browser's document ($form) has not four drawings"
done
! grep -i 'refused\|violates\|CONSOLE.*error' "$scratch/log" || fail "the page asked for what it may not have"

for scheme in 0 1; do # dark, light
  open_page --blink-settings=preferredColorScheme=$scheme --screenshot="$scratch/page$scheme.png" "file://$scratch/page.html" \
    >"$scratch/log" 2>&1 || fail "the browser made no picture: $(tail -n 3 "$scratch/log")"
  "$PAGE_COLOURS" "$scratch/page$scheme.png" >"$scratch/colours"
  read -r width height colours <"$scratch/colours"
  echo "$width × $height pixels, $colours colours"
  [ "$width" = 1400 ] && [ "$height" = 2400 ] || fail "the picture has another size"
  [ "$colours" -ge 200 ] || fail "the picture is blank, or nearly"
done
! cmp -s "$scratch/page0.png" "$scratch/page1.png" || fail "light and dark are the same"
