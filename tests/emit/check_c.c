/* A plain C caller, by C99: check_c FOLDER. Runs a model on the inputs of the folder, with sizes from its header. */
#include "generic_embed.h"
#include "list_file.h"

#include <stdio.h>
#include <string.h>

static unsigned char workspace[GENERIC_EMBED_WORKSPACE_BYTES]
    __attribute__((aligned(GENERIC_EMBED_WORKSPACE_ALIGNMENT)));
static float image[GENERIC_EMBED_IMAGE_ELEMENTS], scale[GENERIC_EMBED_SCALE_1_ELEMENTS];
static float scores[GENERIC_EMBED_SCORES_ELEMENTS], last[GENERIC_EMBED_WHILE__ELEMENTS];
static float expected_scores[GENERIC_EMBED_SCORES_ELEMENTS], expected_last[GENERIC_EMBED_WHILE__ELEMENTS];

/* Reads two tensors from a file that holds just them. */
static int read_pair(const char *folder, const char *name, float *a, size_t a_size, float *b, size_t b_size) {
  char path[4096];
  FILE *file;
  int good;
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return 0;
  file = fopen(path, "rb");
  if (file == NULL) return 0;
  good = fread(a, 1, a_size, file) == a_size && fread(b, 1, b_size, file) == b_size && fgetc(file) == EOF;
  fclose(file);
  return good;
}

/* The same bits; a NaN is as good as any. */
static int same(const float *a, const float *b, size_t count) {
  size_t i;
  for (i = 0; i < count; ++i)
    if (memcmp(a + i, b + i, sizeof *a) != 0 && !(a[i] != a[i] && b[i] != b[i])) return 0;
  return 1;
}

static int fail(const char *what) {
  printf("the C caller: %s\n", what);
  return 1;
}

int main(int count, char **arguments) {
  const cnnc_model *model = generic_embed_model(), *list = list_file_model();
  const void *inputs[2];
  void *outputs[2];
  inputs[0] = image;
  inputs[1] = scale;
  outputs[0] = scores;
  outputs[1] = last;
  if (count != 2) return 2;
  if (model->workspace_bytes != sizeof workspace || model->workspace_alignment != GENERIC_EMBED_WORKSPACE_ALIGNMENT)
    return fail("the workspace has another size");
  if (GENERIC_EMBED_WEIGHTS_BYTES != 0 || model->weights_bytes != 0) return fail("embedded weights are in a file");
  if (list->weights_bytes != LIST_FILE_WEIGHTS_BYTES) return fail("the weights file has another size");
  if (list->workspace_bytes > LIST_FILE_WORKSPACE_BYTES) return fail("the workspace is too small for a list");
  if (list_file_model_for("generic") == NULL || list_file_model_for("none") != NULL) return fail("a list by names");
  if (list->run(NULL, inputs, outputs, workspace) != CNNC_BAD_WEIGHTS) return fail("runs without weights");
  if (strcmp(model->target, "generic") != 0 || strlen(model->weights_digest) != 64) return fail("the description");
  if (!read_pair(arguments[1], "generic_embed.inputs", image, sizeof image, scale, sizeof scale))
    return fail("the inputs have another size");
  if (!read_pair(arguments[1], "generic_embed.expected", expected_scores, sizeof scores, expected_last, sizeof last))
    return fail("the outputs have another size");
  memset(scores, 0xff, sizeof scores);
  memset(last, 0xff, sizeof last);
  if (model->run(NULL, inputs, outputs, workspace) != CNNC_OK) return fail("does not run");
  if (!same(scores, expected_scores, GENERIC_EMBED_SCORES_ELEMENTS)) return fail("the first output differs");
  if (!same(last, expected_last, GENERIC_EMBED_WHILE__ELEMENTS)) return fail("the second output differs");
  puts("the C caller is content");
  return 0;
}
