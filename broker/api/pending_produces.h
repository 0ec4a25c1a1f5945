#pragma once

#include <absl/container/inlined_vector.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "broker/api/request.h"
#include "broker/topics/partition.h"
#include "common/protocol/messages/00_produce.h"

namespace leat::api {

// Produce requests whose batches were appended together and that wait for the flush that makes them
// stable. Each is answered when the last partition it wrote to is stable, or when its time is over:
// what is not stable by then is REQUEST_TIMED_OUT and may still become so. A partition that was
// deleted meanwhile answers why. They share one timer, and one wait for each partition, up to the
// last of them there: what was written together is nearly always flushed together. One thread, that
// of their connections.
class PendingProduces : public std::enable_shared_from_this<PendingProduces> {
 public:
  // Timeouts count from `now`.
  PendingProduces(Executor& executor, MonotonicTime now) : executor_(executor), begin_(now) {}

  // Takes over a request, whose `response` says that all is well.
  void add(Reply reply, ProduceResponse response, Duration timeout);
  // What the request added last waits for: the partition's log up to `end`, for the answer at
  // response.responses[topic_at].partition_responses[partition_at].
  void wait_for(std::shared_ptr<topics::Partition> partition, Offset end, std::size_t topic_at,
                std::size_t partition_at);
  // After all of them. Answers at once what is stable by now.
  void start();

 private:
  struct Pending {
    Reply reply;
    ProduceResponse response;
    MonotonicTime deadline;
    std::size_t missing = 0;  // parts that are not settled yet; answered when there are none
  };
  struct Part {
    std::shared_ptr<topics::Partition> partition;
    Offset end;
    std::size_t request;
    std::size_t topic_at;
    std::size_t partition_at;
    bool settled = false;
  };
  // The parts of one partition, [begin, end) of parts_.
  struct Group {
    PendingProduces* owner;
    std::size_t begin;
    std::size_t end;
  };

  void group_parts();
  void wait_for_group(const Group& group);
  void are_stable(const Group& group);
  void arm();
  void time_is_over();
  void settle(Part& part, ErrorCode error);
  void answer(Pending& request);

  Executor& executor_;
  const MonotonicTime begin_;
  // One of each is the common case of a broker that is not busy.
  absl::InlinedVector<Pending, 1> requests_;
  absl::InlinedVector<Part, 1> parts_;  // from start() on by partition
  absl::InlinedVector<Group, 1> groups_;
  std::size_t unanswered_ = 0;
  Executor::TimerId timer_ = 0;
  MonotonicTime armed_for_{};
};

}  // namespace leat::api
