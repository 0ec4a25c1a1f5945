#pragma once

#include "bench/load/load.h"
#include "bench/support.h"

namespace leat::bench {

// CPU time of everybody between its construction, when measuring begins, and finish().
class UsageMeter {
 public:
  explicit UsageMeter(int broker_pid);
  // Sets result.seconds and everything about CPU and memory.
  void finish(LoadResult& result) const;

 private:
  int broker_pid_;
  Clock::time_point begin_;
  double broker_ = 0, own_ = 0, all_ = 0;
};

}  // namespace leat::bench
