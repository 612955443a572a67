// audit: 4:23 E0624
int b(int n);
int a(int n) { return n == 0 ? 0 : b(n - 1); }
int c(int n) { return a(n); }
int b(int n) { return c(n); }
