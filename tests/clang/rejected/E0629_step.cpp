// audit: 4:26 E0629
// audit: 5:23 E0629
void clear(float *x) {
  for (int i = 0; i < 4; i += 0) x[i] = 0.0f;
  for (int i = 0; i < 2147483647; i += 2) x[0] = 0.0f;
}
