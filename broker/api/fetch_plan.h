#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "broker/api/fetch_session.h"
#include "broker/topics/topic_catalog.h"

namespace leat::api {

// One partition of a fetch, resolved: where to read, or why not.
struct FetchItem {
  FetchTarget target;
  std::shared_ptr<topics::Partition> partition;  // null with an error
  ErrorCode error = ErrorCode::kNone;
};

// Turns what was asked for into what to read, in order. Pure. From v13 on topics are named by id.
std::vector<FetchItem> plan_fetch(const topics::CatalogImage& image,
                                  std::vector<FetchTarget> targets, wire::Version version);

// The targets a request names itself (no session).
std::vector<FetchTarget> targets_of(const FetchRequest& request);

// How much each partition may still return: whichever of the request's and the partition's limit is
// smaller, but one whole batch for the first partition that has any, so that a fetch makes progress.
class FetchLimits {
 public:
  FetchLimits(std::int64_t request_max, std::int64_t broker_max)
      : left_(std::min(std::max<std::int64_t>(request_max, 0), broker_max)) {}

  bool first_batch_whole() const { return !found_any_; }
  std::uint64_t for_partition(std::int32_t partition_max) const {
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, std::min<std::int64_t>(left_, partition_max)));
  }
  void took(std::uint64_t bytes) {
    if (bytes == 0) return;
    found_any_ = true;
    left_ -= static_cast<std::int64_t>(bytes);
  }

 private:
  std::int64_t left_;
  bool found_any_ = false;
};

// The newest epoch at or below `epoch` and where it ends, as Kafka's OffsetForLeaderEpoch has it:
// (-1, -1) when `epoch` is above `current` or older than everything. The epoch that is current ends
// at the log end, also before its first batch.
struct EpochEnd {
  std::int32_t epoch = -1;
  std::int64_t end_offset = -1;
};
EpochEnd end_of_epoch(const std::vector<storage::EpochStart>& epochs, LeaderEpoch current,
                      std::int32_t epoch, Offset log_end);

// kNone, FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH; `claimed` -1 claims nothing.
ErrorCode check_leader_epoch(std::int32_t claimed, LeaderEpoch current);

}  // namespace leat::api
