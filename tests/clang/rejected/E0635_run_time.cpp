// audit: 3:11 E0635
static int one() { return 1; }
const int number = one();
