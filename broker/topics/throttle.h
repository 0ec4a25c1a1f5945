#pragma once

#include <algorithm>
#include <cstdint>

#include "common/base/clock.h"

namespace leat::topics {

// How long work must wait so as not to be faster than some rate. One thread.
class Throttle {
 public:
  explicit Throttle(const Clock& clock) : clock_(clock) {}

  // What was done before does not count any more, nor does time that passed unused.
  void restart() {
    from_ = clock_.monotonic();
    bytes_ = 0;
  }
  void did(std::uint64_t bytes) { bytes_ += bytes; }
  std::uint64_t bytes() const { return bytes_; }

  // The wait that `bytes_per_second` asks for now; zero or less when there is none.
  Duration ahead(double bytes_per_second) const {
    if (bytes_per_second >= kUnlimited) return Duration::zero();
    const double due_s = std::min(kFarAway, static_cast<double>(bytes_) / bytes_per_second);
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(due_s)) -
           (clock_.monotonic() - from_);
  }

 private:
  // Bytes a second from which on there is no limit.
  static constexpr double kUnlimited = 1e12;
  // Seconds; more than a Duration holds would be too far.
  static constexpr double kFarAway = 1e9;

  const Clock& clock_;
  MonotonicTime from_{};
  std::uint64_t bytes_ = 0;
};

}  // namespace leat::topics
