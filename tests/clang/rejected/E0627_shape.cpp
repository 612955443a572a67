// audit: 8:3 E0627
// audit: 9:19 E0627
// audit: 10:19 E0627
// audit: 11:26 E0627
// audit: 12:3 E0627
void clear(float *x) {
  int i = 0;
  for (; i < 4; ++i) x[i] = 0.0f;
  for (int k = 0; x[k] > 0.0f; ++k) x[k] = 0.0f;
  for (int k = 0; k != 4; ++k) x[k] = 0.0f;
  for (int k = 1; k < 4; k *= 2) x[k] = 0.0f;
  for (;;) x[0] = 0.0f;
}
