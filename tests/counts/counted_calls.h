#pragma once

#include <cstdint>

namespace leat::counts {

// What this process did on all threads but those that opted out. The linker sends every malloc and
// memcpy of the program through the counters, those of the static libraries and of the standard
// library too; missing are copies of a size that the compiler knows and writes out.
struct MemoryCalls {
  std::uint64_t allocations = 0;  // malloc and its kin; operator new is one of them
  std::uint64_t allocated_bytes = 0;
  std::uint64_t copied_bytes = 0;  // memcpy, memmove
};
MemoryCalls memory_calls();

// From now on this thread is not counted: the client, which shares the process with the broker.
void do_not_count_this_thread();

}  // namespace leat::counts
