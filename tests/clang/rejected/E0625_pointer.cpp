// audit: 2:40 E0625
int run(int (*function)(int)) { return function(1); }
