#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include "bench/histogram.h"
#include "bench/load/settings.h"

namespace leat::bench {

// What one side of a run did while it was measured.
struct Tally {
  std::uint64_t requests = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;                // of batches, as they lie in the log
  Histogram latency;                      // nanoseconds, from the intended time if there is a rate
  std::vector<std::uint64_t> per_second;  // records

  // Takes in records that were answered `at` seconds after the measuring began.
  void answered(std::uint64_t count, std::uint64_t size, double at, std::chrono::nanoseconds waited) {
    records += count;
    bytes += size;
    latency.add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, waited.count())));
    const auto second = static_cast<std::size_t>(at);
    if (per_second.size() <= second) per_second.resize(second + 1);
    per_second[second] += count;
  }
};

struct LoadResult {
  double seconds = 0;
  Tally produced, consumed;
  double broker_cpu_seconds = -1;  // -1: not measured
  double broker_rss_bytes = -1;
  double rss_per_idle_connection = -1;
  double client_cpu_seconds = 0;
  double foreign_cpu_share = 0;  // of all CPUs: neither this program nor the broker
  bool ended_early = false;  // met max_bytes; end to end: the rate was not held, records are missing
  std::string congestion_control;
};

// Runs produce, consume or mixed: one thread, all connections in one epoll set. Ends the program
// when the broker reports an error.
LoadResult run_load(const Settings& settings);

// One producer at settings.rate, one record a request, and one consumer that waits for them:
// consumed.latency is that from the intended time of a record to its arrival.
LoadResult run_end_to_end(const Settings& settings);

// Produces through Leat's client library, at its defaults but acks and codec; bytes are those of the
// values. Requests are not seen.
LoadResult run_library(const Settings& settings);

// settings.connections at once connect, ask for ApiVersions and go again: produced.latency is that
// from connecting to the answer, and a connection counts as a request and a record.
LoadResult run_connections(const Settings& settings);

}  // namespace leat::bench
