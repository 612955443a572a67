// Faults of our own. CNNC_CHECK guards what must hold if cnnc itself is right; it is never for the user's input.
#pragma once

#include <stdexcept>
#include <string>

namespace cnnc {

/// Thrown when cnnc breaks a promise to itself; main() reports it and exits with 70.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void internal_error(const char *file, int line, const std::string &what);

}  // namespace cnnc

#define CNNC_CHECK(condition, what)                                     \
  do {                                                                  \
    if (!(condition)) ::cnnc::internal_error(__FILE__, __LINE__, what); \
  } while (false)

#define CNNC_UNREACHABLE(what) ::cnnc::internal_error(__FILE__, __LINE__, what)
