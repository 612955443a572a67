// audit: 3:42 E0638
// audit: 4:16 E0638
__attribute__((constructor)) static void start() {}
extern "C" int inner() __asm__("malloc");
