// audit: 2:44 E0624
int depth(int n) { return n == 0 ? 0 : 1 + depth(n - 1); }
