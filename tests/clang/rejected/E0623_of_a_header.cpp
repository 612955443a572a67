// audit: 3:20 E0623
#include "mutable_state.inc"
int run() { return errors; }
