#pragma once

#include <atomic>
#include <cstdint>

namespace leat {

// How often work was handed to another thread since the program started; each time costs a wake-up,
// which is dearer than most requests. Requests that wait for nothing need none. Thread-safe. In a
// cache line of its own: every thread writes it.
alignas(64) inline std::atomic<std::uint64_t> thread_hops{0};

inline void count_thread_hop() { thread_hops.fetch_add(1, std::memory_order_relaxed); }

}  // namespace leat
