// audit: 9:32 E0630
// audit: 10:31 E0630
// audit: 11:31 E0630
// audit: 12:31 E0630
// audit: 13:27 E0630
// audit: 14:26 E0630
// audit: 16:3 E0630
// audit: 20:7 E0630
float halve(double x) { return x; }
short shorten(int n) { return n; }
unsigned sign(int n) { return n; }
float convert(int n) { return n; }
int cut(float x) { return x; }
bool any(int n) { return n; }
short sum(short a, int b) {
  a += b;
  return a;
}
struct Bits {
  int low : 3;
};
