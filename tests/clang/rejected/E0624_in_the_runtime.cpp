// audit: 3:51 E0624
namespace cnnc {
inline int power(int n) { return n == 0 ? 1 : 2 * power(n - 1); }
}  // namespace cnnc
int run() { return cnnc::power(3); }
