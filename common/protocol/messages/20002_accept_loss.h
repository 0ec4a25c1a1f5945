#pragma once

#include "common/protocol/types.h"

// AcceptLoss (key 20002, Leat's own): version 0, flexible since 0. For a partition that is offline
// because its log is shorter than what had been synced: says what is missing, or takes that for lost
// and lets the partition serve what is left. Lost offsets are never given to other records.
namespace leat {

struct AcceptLossResponse;

struct AcceptLossRequest {
  std::string topic_name;
  std::int32_t partition_index = 0;
  bool dry_run = true;  // only tell
  // What was shown before: nothing else is accepted. Not looked at in a dry run.
  std::int64_t found_end_offset = -1;
  std::int64_t lost_offsets = -1;

  static constexpr std::int16_t kKey = 20002;
  using Response = AcceptLossResponse;
  static const wire::MessageSpec& schema();
};

struct AcceptLossResponse {
  struct Segment {
    std::string file;
    std::int64_t recorded_bytes = 0;  // that were synced
    std::int64_t found_bytes = 0;     // of whole batches, from the beginning of the file on
    bool missing = false;
    std::int64_t lost_from_offset = -1;
    std::int64_t lost_to_offset = -1;  // exclusive
  };
  std::int32_t throttle_time_ms = 0;
  // INVALID_REQUEST: the partition is not offline for this reason, or the loss is another than the
  // one that was shown.
  std::int16_t error_code = 0;
  std::optional<std::string> error_message;
  bool accepted = false;
  std::int64_t recorded_end_offset = -1;  // the durable end that was remembered
  std::int64_t recorded_bytes = -1;
  std::int64_t found_end_offset = -1;  // after the last whole batch that is there
  std::int64_t found_bytes = -1;
  std::int64_t lost_offsets = -1;
  std::int64_t new_end_offset = -1;  // where the log goes on once the loss is accepted
  std::vector<Segment> segments;     // those of which something is missing

  static constexpr std::int16_t kKey = 20002;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
