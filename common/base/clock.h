#pragma once

#include <chrono>
#include <cstdint>

namespace leat {

using Duration = std::chrono::nanoseconds;
// Nanoseconds on a clock that never jumps; comparable only within one process.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// Time comes in through here and nowhere else, so that simulation can decide it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970 UTC: record timestamps, retention. May jump.
  virtual std::int64_t wall_ms() const = 0;
  // For time-outs and ages.
  virtual MonotonicTime monotonic() const = 0;
};

// The machine's clocks; one for the process.
const Clock& system_clock();
// Its monotonic(), for code that runs on the machine's time only.
inline MonotonicTime monotonic_now() {
  return system_clock().monotonic();
}

}  // namespace leat
