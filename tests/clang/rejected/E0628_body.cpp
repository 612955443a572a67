// audit: 7:22 E0628
// audit: 9:35 E0628
// audit: 11:15 E0628
void set(int &x) { x = 0; }
void clear(float *x) {
  for (int i = 0; i < 4; ++i) {
    if (x[i] < 0.0f) i = 0;
  }
  for (int i = 0; i < 4; ++i) set(i);
  for (int i = 0; i < 4; ++i) {
    int *p = &i;
    *p = 0;
  }
}
