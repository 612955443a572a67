// What a model that was compiled for several targets needs to find the one of a name.
#ifndef CNNC_TARGETS_HPP
#define CNNC_TARGETS_HPP

namespace cnnc {
inline namespace v0_1 {

/// True if `name`, which may be null, is `target`, the name of a target.
[[maybe_unused]] static inline bool same_name(const char *name, const char *target) {
  if (name == nullptr) return false;
  for (int i = 0; i < 64; ++i) {  // longer than any target's name
    if (name[i] != target[i]) return false;
    if (target[i] == '\0') return true;
  }
  return false;
}

}  // namespace v0_1
}  // namespace cnnc

#endif
