#pragma once

#include "common/protocol/types.h"

// OffsetForLeaderEpoch (key 23): versions 2-4, flexible since 4.
//   Request
//     v3: adds ReplicaId
namespace leat {

struct OffsetForLeaderEpochResponse;

struct OffsetForLeaderEpochRequest {
  struct Partition {
    std::int32_t partition = 0;
    std::int32_t current_leader_epoch = -1;
    std::int32_t leader_epoch = 0;
  };
  struct Topic {
    std::string topic;
    std::vector<Partition> partitions;
  };
  std::int32_t replica_id = -2;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 23;
  using Response = OffsetForLeaderEpochResponse;
  static const wire::MessageSpec& schema();
};

struct OffsetForLeaderEpochResponse {
  struct Partition {
    std::int16_t error_code = 0;
    std::int32_t partition = 0;
    std::int32_t leader_epoch = -1;
    std::int64_t end_offset = -1;
  };
  struct Topic {
    std::string topic;
    std::vector<Partition> partitions;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 23;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
