// Counts what the program allocates: malloc and its kin are replaced, and with them operator new.
#pragma once

#include <cstddef>

/// Allocations of all threads since the program began.
std::size_t allocation_count();
