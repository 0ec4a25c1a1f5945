#pragma once

#include <cstdint>

#include "common/base/clock.h"
#include "common/base/random.h"

namespace leat {

// How long to wait before trying again: doubles from `first` to `most`, with 20 % of jitter either
// way so that clients do not come back together (KIP-144, KIP-580). One thread at a time.
class Backoff {
 public:
  Backoff(Duration first, Duration most, std::uint64_t seed)
      : first_(first), most_(most), random_(seed) {}

  // The wait before the next attempt, one failure more each time.
  Duration next() { return after(++failures_); }
  // The wait after this many failures in a row, for callers who count themselves; at least 1.
  Duration after(int failures);
  // The last attempt succeeded.
  void reset() { failures_ = 0; }
  int failures() const { return failures_; }

 private:
  Duration first_;
  Duration most_;
  Random random_;
  int failures_ = 0;
};

}  // namespace leat
