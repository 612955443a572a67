// audit: 3:24 E0621
// audit: 4:24 E0621
float *room() { return new float[16]; }
void leave(float *p) { delete[] p; }
