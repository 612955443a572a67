// audit: 6:26 E0627
// audit: 7:26 E0627
void clear(float *x) {
  for (unsigned i = 0; i < 4; ++i) {
    // 0u - 1u is 4294967295
    for (long k = 0; k < i - 1u; ++k) x[k] = 0.0f;
    for (long k = 0; k < static_cast<long>(i - 1u) + 2; ++k) x[k] = 0.0f;
  }
}
