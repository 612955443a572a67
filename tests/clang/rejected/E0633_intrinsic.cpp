// audit: 3:33 E0633
#include <emmintrin.h>
__m128 twice(__m128 x) { return _mm_add_ps(x, x); }
