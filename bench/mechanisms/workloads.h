#pragma once
// D1, D2 and D4 of the benchmark suite without network and protocol: append, make durable, repeat.

#include <string>
#include <vector>

#include "bench/mechanisms/mechanism.h"

namespace leat::bench {

struct Workload {
  std::string name;
  size_t files;
  size_t appenders;  // 0: one append to each file per cycle, by the thread that makes it durable
  size_t size;       // bytes of one append
  double interval;   // seconds from the start of one cycle to that of the next; 0: closed loop
  double seconds;
};

std::vector<Workload> all_workloads();

struct Result {
  std::vector<double> micros;  // one sample per cycle, or per append where there are appenders
  double per_second = 0;       // appends made durable
};

// Starts from empty files in `dir`.
Result run_workload(const Workload& workload, Mechanism& mechanism, const std::string& dir);

}  // namespace leat::bench
