// audit: 4:25 E0627
void clear(float *x) {
  for (int i = 0; i < 4; ++i) {
    for (int k = 0; k < i * i; ++k) x[k] = 0.0f;
  }
}
