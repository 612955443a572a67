#!/bin/sh
# An index out of range ends a run of compiled code in CNNC_BAD_INDEX, whatever it is, and leaves everything but the
# outputs as it was; an index in range gives its element.
#   CNNC=… RUNTIME=… CXX=… sh run_time_index.sh
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/pick.net" <<'NET'
network pick(scores: f32[5], label: i32[], ids: i32[3]) -> (score: f32[], best: i32[], rows: f32[3, 2]) {
  const table = [[1, 2], [3, 4], [5, 6], [7, 8]]
  return scores[label], argmax(scores), embedding(ids, 4, 2, weight = table)
}
NET
cat > "$work/main.cpp" <<'CPP'
#include "pick.hpp"

#include <climits>
#include <cstdio>

static pick::Workspace workspace;
static int failures = 0;

static void expect(std::int32_t label, std::int32_t id, cnnc_status wanted) {
  const float scores[5] = {1, 2, 9, 9, -3};
  const std::int32_t ids[3] = {3, id, 0};
  float score[1] = {0}, rows[6] = {};
  std::int32_t best[1] = {7};
  const cnnc_status status = pick::Model{workspace}.run(scores, {&label, 1}, ids, score, best, rows);
  bool good = status == wanted && (wanted != CNNC_OK || (score[0] == scores[label] && best[0] == 2 && rows[0] == 7 &&
                                                         rows[2] == static_cast<float>(2 * id + 1) && rows[5] == 2));
  if (good) return;
  std::printf("label %d, id %d: status %d, score %g, best %d\n", label, id, status, static_cast<double>(score[0]),
              best[0]);
  ++failures;
}

int main() {
  for (std::int32_t label = 0; label < 5; ++label) expect(label, label % 4, CNNC_OK);
  for (std::int32_t label : {5, -1, INT_MAX, INT_MIN}) expect(label, 1, CNNC_BAD_INDEX);
  for (std::int32_t id : {4, -1, INT_MAX, INT_MIN}) expect(1, id, CNNC_BAD_INDEX);
  expect(0, 0, CNNC_OK);
  return failures == 0 ? 0 : 1;
}
CPP
for target in generic sse2; do
  "$CNNC" "$work/pick.net" --target $target -o "$work/pick.cpp"
  "$CXX" -std=c++17 -O2 -fsanitize=address,undefined -I "$RUNTIME" -I "$work" "$work/pick.cpp" "$work/main.cpp" \
    -o "$work/pick"
  "$work/pick" || { echo "FAILED on $target"; exit 1; }
done
echo "2 targets, every status as it should be"
