// audit: 7:30 E0633
// audit: 8:23 E0633
// audit: 9:38 E0633
// audit: 11:20 E0633
extern "C" float sinf(float);
extern "C" int system(const char *);
float wave(float x) { return sinf(x); }
int escape() { return system("true"); }
float builtin_wave(float x) { return __builtin_sinf(x); }
int later();
int now() { return later(); }
