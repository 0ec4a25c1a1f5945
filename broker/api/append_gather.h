#pragma once

#include <cstdint>
#include <vector>

#include "broker/api/produce_job.h"
#include "common/base/executor.h"

namespace leat::api {

// Produce requests of one event loop, gathered while it serves all connections that had something
// to say, and then appended together: a thousand small batches for one partition become a few
// writes. In each partition the order is that of arrival. One thread.
//
// Whoever handles anything else of a connection whose requests are gathered first calls `run`, so
// that they take effect in order.
class AppendGather {
 public:
  explicit AppendGather(Executor& executor) : executor_(executor) {}

  // Whether to gather the next request, or to append it by itself; `another` is there already,
  // right behind it. A request that comes alone would only wait for the event loop to look for
  // more: a connection that speaks alone is not gathered, but for a look now and then.
  bool wants(bool another);
  // Takes a validated job that may be gathered, whose batches' bytes last until `run`; it runs by
  // itself once the loop has handled what is ready now.
  void add(ProduceJob job);
  bool empty() const { return jobs_.empty(); }
  // Another one after each run: what was added in this round is not appended yet.
  std::uint64_t round() const { return round_; }
  // Appends what was gathered and answers it, or lets it wait for its flush.
  void run();
  // Drops what was gathered; nobody is answered any more.
  void drop() { jobs_.clear(); }

 private:
  struct Place {
    topics::Partition* partition;
    std::uint32_t job;
    std::uint32_t item;
  };

  // So many requests alone end the gathering. Of so many one is a look; a prime, because with 64
  // and connections that send 2, 4, 8 ... at once each look could fall on the last of them.
  static constexpr int kPatience = 16;
  static constexpr std::uint32_t kLookEvery = 61;

  void place_all();
  void append_all();

  Executor& executor_;
  std::vector<ProduceJob> jobs_;
  // In use while it runs; kept for their memory.
  std::vector<ProduceJob> running_;
  std::vector<Place> places_;
  std::vector<topics::PendingAppend> appends_;
  int patience_ = 0;
  std::uint32_t asked_ = 0;
  std::uint64_t round_ = 1;
};

}  // namespace leat::api
