// audit: 4:23 E0621
// audit: 5:29 E0621
extern "C" void *malloc(__SIZE_TYPE__);
void *room() { return malloc(64); }
void *other_room() { return __builtin_malloc(64); }
