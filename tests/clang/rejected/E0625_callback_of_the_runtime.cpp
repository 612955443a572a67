// audit: 3:49 E0625
namespace cnnc {
inline int apply(int (*function)(int)) { return function(1); }
}  // namespace cnnc
static int same(int x) { return x; }
int run() { return cnnc::apply(same); }
