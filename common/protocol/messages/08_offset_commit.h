#pragma once

#include "common/protocol/types.h"

// OffsetCommit (key 8): versions 2-10, flexible since 8.
//   Request
//     v5: drops RetentionTimeMs
//     v6: adds CommittedLeaderEpoch
//     v7: adds GroupInstanceId
//     v10: adds TopicId; drops Name
//   Response
//     v3: adds ThrottleTimeMs
//     v10: adds TopicId; drops Name
namespace leat {

struct OffsetCommitResponse;

struct OffsetCommitRequest {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = 0;
    std::int32_t committed_leader_epoch = -1;
    std::optional<std::string> committed_metadata = std::string{};
  };
  struct Topic {
    std::string name;
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  std::string group_id;
  std::int32_t generation_id_or_member_epoch = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::int64_t retention_time_ms = -1;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 8;
  using Response = OffsetCommitResponse;
  static const wire::MessageSpec& schema();
};

struct OffsetCommitResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
  };
  struct Topic {
    std::string name;
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 8;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
