#pragma once

#include "common/protocol/types.h"

// WriteShareGroupState (key 85): versions 0-1, flexible since 0.
//   Request
//     v1: adds DeliveryCompleteCount
namespace leat {

struct WriteShareGroupStateResponse;

struct WriteShareGroupStateRequest {
  struct StateBatch {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::int8_t delivery_state = 0;
    std::int16_t delivery_count = 0;
  };
  struct Partition {
    std::int32_t partition = 0;
    std::int32_t state_epoch = 0;
    std::int32_t leader_epoch = 0;
    std::int64_t start_offset = 0;
    std::int32_t delivery_complete_count = -1;
    std::vector<StateBatch> state_batches;
  };
  struct Topic {
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  std::string group_id;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 85;
  using Response = WriteShareGroupStateResponse;
  static const wire::MessageSpec& schema();
};

struct WriteShareGroupStateResponse {
  struct Partition {
    std::int32_t partition = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
  };
  struct Result {
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 85;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
