/* A plain C caller: check_c FOLDER. */
#include "generic_embed.h"

#include <stdio.h>
#include <string.h>

static _Alignas(64) unsigned char workspace[GENERIC_EMBED_WORKSPACE_BYTES];

int main(void) {
  const cnnc_model *model = generic_embed_model();
  static float image[GENERIC_EMBED_IMAGE_ELEMENTS], scale[GENERIC_EMBED_SCALE_1_ELEMENTS];
  static float scores[GENERIC_EMBED_SCORES_ELEMENTS], last[GENERIC_EMBED_WHILE__ELEMENTS];
  const void *inputs[2];
  void *outputs[2];
  inputs[0] = image;
  inputs[1] = scale;
  outputs[0] = scores;
  outputs[1] = last;
  if (model->workspace_bytes != sizeof workspace || GENERIC_EMBED_WEIGHTS_BYTES != 0) return 1;
  if (strcmp(model->target, "generic") != 0 || strlen(model->weights_digest) != 64) return 1;
  if (model->run(NULL, inputs, outputs, workspace) != CNNC_OK) return 1;
  puts("the C caller is content");
  return 0;
}
