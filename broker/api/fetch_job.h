#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "broker/api/fetch_plan.h"
#include "broker/api/request.h"
#include "broker/api/services.h"
#include "broker/topics/fetch_waiter.h"

namespace leat::api {

// A fetch between its decoding and its answer. Reads at once; when that is too little, waits in the
// partitions (fetch_waiter.h has the cases) and reads once more. Lives on the connection's thread,
// which never waits for the disk: that is read on a worker.
class FetchJob : public std::enable_shared_from_this<FetchJob> {
 public:
  FetchJob(Services& services, Reply reply) : services_(services), reply_(std::move(reply)) {}

  void run();

  std::vector<FetchItem> items;
  std::int32_t max_wait_ms = 0;
  std::int32_t min_bytes = 0;
  std::int32_t max_bytes = 0;
  bool read_committed = false;
  std::shared_ptr<LockedFetchSession> session;  // null: full fetch
  bool incremental = false;                     // answer only what is new

 private:
  // What one pass over the partitions found.
  struct Pass {
    std::vector<FetchResponse::Partition> answers;  // one per item
    std::vector<Payload> data;                      // one per item
    std::vector<Offset> seen;                       // high watermark when it was read
    std::uint64_t bytes = 0;
    bool any_error = false;
    bool cold = false;        // some of `data` is not in memory
    bool incomplete = false;  // nor is what says where some partition's records are
  };

  bool open_partitions();
  // Any thread may do it: what it looks at stays as it is once run() began.
  Pass read_all(storage::Wait wait) const;
  void read_one(const FetchItem& item, FetchLimits& limits, std::size_t at, storage::Wait wait,
                Pass& pass) const;
  // The answer when reading makes no sense: epochs that disagree, an offset outside the log.
  std::optional<ErrorCode> check_position(const FetchItem& item, const topics::Ends& ends,
                                          FetchResponse::Partition& answer) const;
  bool wait_for_more(const Pass& pass);
  void wake();
  void stop_waiting();
  void answer_or_wait(Pass pass);
  // On a worker, and back to answer_or_wait.
  void read_disk(Pass pass);
  static void read_through(Pass& pass);
  void send(Pass pass);
  bool is_news(const FetchItem& item, const FetchResponse::Partition& answer,
               const Payload& data) const;

  Services& services_;
  Reply reply_;
  std::shared_ptr<topics::FetchWaiter> waiter_;
  Executor::TimerId timer_ = 0;
  MonotonicTime deadline_{};
  bool last_pass_ = false;
};

}  // namespace leat::api
