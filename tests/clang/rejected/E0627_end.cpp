// audit: 3:23 E0627
void clear(float *x, int n) {
  for (int i = 0; i < n; ++i) x[i] = 0.0f;
}
