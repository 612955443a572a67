/* What every model that cnnc compiles is to a C program: one function, NAME_model(), which returns this description.
 *
 * Every field is a constant. Tensors are dense, row-major, in the axis order of the source; any alignment of inputs and
 * outputs will do. A run is serial, allocates nothing, keeps no state, and reads and writes only what it is handed: two
 * threads may run one model with two workspaces. Outputs overlap neither inputs nor each other.
 *
 * Symbols are hidden outside the program or shared library they are linked into; define CNNC_EXPORT where the model is
 * compiled to export NAME_model from a shared library. */
#ifndef CNNC_MODEL_H
#define CNNC_MODEL_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) && !defined(CNNC_EXPORT)
#define CNNC_SYMBOL __attribute__((visibility("hidden")))
#elif defined(__GNUC__)
#define CNNC_SYMBOL __attribute__((visibility("default")))
#else
#define CNNC_SYMBOL
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { CNNC_F32, CNNC_F16, CNNC_BF16, CNNC_I32, CNNC_U8, CNNC_I8 } cnnc_dtype;

typedef enum {
  CNNC_OK,
  CNNC_BAD_INDEX,   /* an index, or in C++ the size of a view, that does not fit the model */
  CNNC_BAD_WEIGHTS, /* no weights, or those of another model */
  CNNC_BAD_TARGET   /* this CPU lacks the instruction set that the model was compiled for */
} cnnc_status;

typedef struct cnnc_tensor {
  const char *name;
  cnnc_dtype dtype;
  uint32_t rank;
  const uint64_t *shape;
} cnnc_tensor;

typedef struct cnnc_model {
  uint32_t abi_version; /* 1; new fields come at the end, and each raises it */
  const char *name;
  const char *target;
  uint32_t input_count;
  const cnnc_tensor *inputs;
  uint32_t output_count;
  const cnnc_tensor *outputs;
  size_t workspace_bytes, workspace_alignment; /* all the scratch memory a run uses */
  size_t stack_bytes;                          /* an upper bound on the stack of a run */
  size_t weights_bytes;                        /* the size of the weights file; 0 where the weights are embedded */
  const char *weights_digest;                  /* of model and layout, in hexadecimal: what a weights file must bear */
  /* `weights`: the first byte of the whole weights file, 64-byte aligned; ignored where they are embedded. */
  cnnc_status (*run)(const void *weights, const void *const *inputs, void *const *outputs, void *workspace);
} cnnc_model;

#ifdef __cplusplus
}
#endif

#endif
