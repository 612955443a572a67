// Feeds mutated weights files to the readers of .safetensors, .npz and .npy: no content may do more than be refused.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "compiler/frontend/weights.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  // A file in memory: what cnnc reads from a path, it reads here, and what kind of file it is, its content decides.
  static const int file = ::memfd_create("weights", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  const auto bytes = static_cast<ssize_t>(size);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != bytes) std::abort();

  cnnc::Diagnostics diagnostics;
  const auto arrays = cnnc::read_arrays(path, nullptr, diagnostics);
  if (arrays.has_value() == diagnostics.has_errors()) std::abort();  // a reader refuses with a reason, or reads
  cnnc::SourceMap sources;
  for (const cnnc::Diagnostic &diagnostic : diagnostics.all()) (void)render(diagnostic, sources, false);
  return 0;
}
