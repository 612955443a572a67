// audit: 6:12 E0623
// audit: 8:16 E0623
// audit: 9:26 E0623
// audit: 10:3 E0623
// audit: 11:10 E0623
static int runs = 0;
int run() {
  static float last;
  thread_local const int zero = 0;
  last = 1.0f;
  return runs + zero;
}
