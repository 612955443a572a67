// audit: 3:9 E0637
float sum(int n) {
  float x[n];
  return x[0];
}
