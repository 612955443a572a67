// audit: 10:35 E0631
// audit: 11:42 E0631
// audit: 12:47 E0631
// audit: 13:34 E0631
// audit: 14:33 E0631
// audit: 19:34 E0631
// audit: 20:7 E0631
// audit: 24:47 E0631
// audit: 24:73 E0631
unsigned bits(float &x) { return *reinterpret_cast<unsigned *>(&x); }
float *writable(const float *x) { return const_cast<float *>(x); }
float *also_writable(const float *x) { return (float *)x; }
int *integers(float *x) { return (int *)x; }
long address(float *x) { return (long)x; }
unsigned long *words(void *x) { return static_cast<unsigned long *>(x); }
struct Header {
  int digest;
};
Header *header(void *x) { return static_cast<Header *>(x); }
union Either {
  float f;
  int i;
};
float *bytes(const unsigned char *x) { return reinterpret_cast<float *>(const_cast<unsigned char *>(x)); }
