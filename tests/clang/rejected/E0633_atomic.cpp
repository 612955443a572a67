// audit: 2:29 E0633
void count(int *n) { (void)(__atomic_fetch_add(n, 1, 0)); }
