#pragma once

#include <atomic>

#include "common/base/clock.h"

namespace leat {

// A clock that moves only when told to; both hands move together unless one is set. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t wall_ms = 1'700'000'000'000) : wall_ms_(wall_ms) {}
  std::int64_t wall_ms() const override { return wall_ms_.load(); }
  MonotonicTime monotonic() const override { return MonotonicTime(Duration(monotonic_ns_.load())); }

  void advance(Duration d) {
    monotonic_ns_ += d.count();
    wall_ms_ += std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  }
  // A jump of the wall clock alone.
  void set_wall_ms(std::int64_t ms) { wall_ms_ = ms; }

 private:
  std::atomic<std::int64_t> wall_ms_;
  std::atomic<std::int64_t> monotonic_ns_{1'000'000'000};
};

}  // namespace leat
