#pragma once

#include "common/protocol/types.h"

// ListOffsets (key 2): versions 1-11, flexible since 6.
//   Request
//     v2: adds IsolationLevel
//     v4: adds CurrentLeaderEpoch
//     v10: adds TimeoutMs
//   Response
//     v2: adds ThrottleTimeMs
//     v4: adds LeaderEpoch
namespace leat {

struct ListOffsetsResponse;

struct ListOffsetsRequest {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int32_t current_leader_epoch = -1;
    std::int64_t timestamp = 0;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  std::int32_t replica_id = 0;
  std::int8_t isolation_level = 0;
  std::vector<Topic> topics;
  std::int32_t timeout_ms = 0;

  static constexpr std::int16_t kKey = 2;
  using Response = ListOffsetsResponse;
  static const wire::MessageSpec& schema();
};

struct ListOffsetsResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::int64_t timestamp = -1;
    std::int64_t offset = -1;
    std::int32_t leader_epoch = -1;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 2;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
