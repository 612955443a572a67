// The C++ face of a model: views of the caller's arrays, and what happens on a failure that cannot be returned.
#ifndef CNNC_MODEL_HPP
#define CNNC_MODEL_HPP

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "cnnc/element.hpp"
#include "cnnc/model.h"

// CNNC_FAIL(status) is called where a model is used in a way that has no return value for it: a view of the wrong size,
// a failing Model::operator(). Define it for the whole program to do otherwise; it may throw.
#ifndef CNNC_FAIL
#include <cstdio>
#include <cstdlib>
#define CNNC_FAIL(status) ::cnnc::fail(status)
#define CNNC_DEFAULT_FAIL 1
#endif

namespace cnnc {
inline namespace v0_1 {

/// A status in words.
inline const char *describe(cnnc_status status) noexcept {
  switch (status) {
    case CNNC_OK:
      return "success";
    case CNNC_BAD_INDEX:
      return "an index or the size of an array does not fit the model";
    case CNNC_BAD_WEIGHTS:
      return "no weights, or those of another model";
    case CNNC_BAD_TARGET:
      return "this CPU lacks the instruction set that the model was compiled for";
  }
  return "no status of cnnc";
}

#ifdef CNNC_DEFAULT_FAIL
[[noreturn]] inline void fail(cnnc_status status) {
  std::fprintf(stderr, "cnnc: %s\n", describe(status));
  std::abort();
}
#endif

constexpr std::size_t any_size = static_cast<std::size_t>(-1);

/// `size` elements of the caller's, from an array of any rank, std::array, std::vector, std::span or anything with
/// data() and size(), or pointer and size. Where N is given the size must be N: arrays are checked by the compiler,
/// others at run time by CNNC_FAIL(CNNC_BAD_INDEX); if that returns, the view is empty and a run with it returns
/// CNNC_BAD_INDEX.
template <class T, std::size_t N = any_size>
class view {
  using value = std::remove_const_t<T>;
  template <class U>
  static constexpr bool same_element = std::is_convertible<U (*)[], T (*)[]>::value;

 public:
  view(T *data, std::size_t size) : data_(data), size_(size) { check(); }

  template <class U, std::size_t M, class = std::enable_if_t<same_element<std::remove_all_extents_t<U>>>>
  view(U (&array)[M]) : data_(first(array)), size_(sizeof array / sizeof(value)) {
    static_assert(N == any_size || sizeof array == N * sizeof(value), "the array has not the size of the tensor");
  }
  template <std::size_t M>
  view(std::array<value, M> &array) : data_(array.data()), size_(M) {
    static_assert(N == any_size || N == M, "the array has not the size of the tensor");
  }
  template <std::size_t M, class U = T, class = std::enable_if_t<std::is_const<U>::value>>
  view(const std::array<value, M> &array) : data_(array.data()), size_(M) {
    static_assert(N == any_size || N == M, "the array has not the size of the tensor");
  }
  template <class Container, class Element = std::remove_pointer_t<decltype(std::declval<Container &>().data())>,
            class = decltype(std::declval<Container &>().size()), class = std::enable_if_t<same_element<Element>>>
  view(Container &&container) : data_(container.data()), size_(static_cast<std::size_t>(container.size())) {
    check();
  }

  /// Null if the size did not fit.
  T *data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  T &operator[](std::size_t i) const noexcept { return data_[i]; }
  T *begin() const noexcept { return data_; }
  T *end() const noexcept { return data_ + size_; }

 private:
  template <class U>
  static T *first(U &scalar) {
    return &scalar;
  }
  template <class U, std::size_t M>
  static T *first(U (&array)[M]) {
    return first(array[0]);
  }
  void check() {
    if (N == any_size || size_ == N) return;
    data_ = nullptr;
    size_ = 0;
    CNNC_FAIL(CNNC_BAD_INDEX);
  }

  T *data_;
  std::size_t size_;
};

}  // namespace v0_1
}  // namespace cnnc

#endif
