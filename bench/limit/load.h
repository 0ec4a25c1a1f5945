#pragma once

#include <string>

#include "bench/limit/frame.h"
#include "bench/histogram.h"

namespace leat::bench {

struct LoadOptions {
  Kind kind = Kind::kProduce;
  int port = 0;
  size_t connections = 1;
  size_t in_flight = 1;  // per connection
  size_t size = 1024;    // payload of a produce frame, most bytes of a fetch
  size_t logs = 1;       // round robin over them
  double seconds = 3;
  double warm_up = 0.5;                    // not measured
  double rate = 0;                         // requests per second, open loop; 0: closed loop
  uint64_t max_bytes = uint64_t{8} << 30;  // ends early when so much was sent
  int pin = -1;
  int broker_pid = 0;  // 0: its CPU and memory are not measured
  std::string congestion;
};

struct LoadResult {
  double seconds = 0;
  uint64_t requests = 0;
  uint64_t bytes = 0;  // payload sent or log received
  Histogram latency;   // nanoseconds, from the intended time where there is a rate
  double broker_cpu_seconds = -1;
  double broker_mib = -1;
  std::string congestion;

  double requests_per_second() const { return static_cast<double>(requests) / seconds; }
  double gigabytes_per_second() const { return static_cast<double>(bytes) / seconds / 1e9; }
};

// One thread, all connections in one epoll set.
LoadResult run_load(const LoadOptions& options);

// One producer at `rate`, one consumer that waits at the end of the log; the latency is that from
// the intended time of a frame to its arrival.
LoadResult run_end_to_end(const LoadOptions& options);

// One line of JSON, or a sentence for people.
std::string to_json(const LoadOptions& options, const LoadResult& result, const std::string& name);
std::string to_text(const LoadResult& result);

}  // namespace leat::bench
