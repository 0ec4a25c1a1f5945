#pragma once

#include "common/protocol/types.h"

// ReadShareGroupStateSummary (key 87): versions 0-1, flexible since 0.
//   Response
//     v1: adds DeliveryCompleteCount
namespace leat {

struct ReadShareGroupStateSummaryResponse;

struct ReadShareGroupStateSummaryRequest {
  struct Partition {
    std::int32_t partition = 0;
    std::int32_t leader_epoch = 0;
  };
  struct Topic {
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  std::string group_id;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 87;
  using Response = ReadShareGroupStateSummaryResponse;
  static const wire::MessageSpec& schema();
};

struct ReadShareGroupStateSummaryResponse {
  struct Partition {
    std::int32_t partition = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::int32_t state_epoch = 0;
    std::int32_t leader_epoch = 0;
    std::int64_t start_offset = 0;
    std::int32_t delivery_complete_count = -1;
  };
  struct Result {
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 87;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
