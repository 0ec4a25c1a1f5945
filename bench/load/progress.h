#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdio>

#include "bench/support.h"

namespace leat::bench {

// A line on the terminal that changes every second while a run lasts; nothing where standard error
// is not a terminal.
class Progress {
 public:
  ~Progress() {
    if (shown_) std::fprintf(stderr, "\r\033[K");
  }

  // `records` is how many were counted so far.
  void show(Clock::time_point now, std::uint64_t records, bool measuring) {
    if (!terminal_ || now < next_) return;
    if (!measuring || records_at_ == Clock::time_point()) {
      std::fprintf(stderr, "\r\033[K%s", measuring ? "measuring" : "warming up");
    } else {
      const double seconds = micros_between(records_at_, now) / 1e6;
      std::fprintf(stderr, "\r\033[K%.0f records/s",
                   static_cast<double>(records - records_) / seconds);
    }
    shown_ = true;
    if (measuring) records_at_ = now;
    records_ = records;
    next_ = after(now, 1);
  }

 private:
  const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool shown_ = false;
  Clock::time_point next_, records_at_;
  std::uint64_t records_ = 0;
};

}  // namespace leat::bench
