// audit: 6:41 E0634
// audit: 6:53 E0634
// audit: 7:41 E0634
#include <algorithm>
#include <array>
float first(const std::array<float, 2> &x) { return x[0]; }
float larger(float a, float b) { return std::max(a, b); }
