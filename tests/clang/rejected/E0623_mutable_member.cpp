// audit: 6:17 E0623
// audit: 7:14 E0623
struct Cache {
  mutable int hits;
};
constexpr Cache cache = {0};
const float *weights = nullptr;
