#pragma once

#include "common/protocol/types.h"

// TxnOffsetCommit (key 28): versions 0-6, flexible since 3.
//   Request
//     v2: adds CommittedLeaderEpoch
//     v3: adds GenerationIdOrMemberEpoch, MemberId, GroupInstanceId
//     v6: adds TopicId; drops Name
//   Response
//     v6: adds TopicId; drops Name
namespace leat {

struct TxnOffsetCommitResponse;

struct TxnOffsetCommitRequest {
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
  std::string transactional_id;
  std::string group_id;
  std::int64_t producer_id = 0;
  std::int16_t producer_epoch = 0;
  std::int32_t generation_id_or_member_epoch = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 28;
  using Response = TxnOffsetCommitResponse;
  static const wire::MessageSpec& schema();
};

struct TxnOffsetCommitResponse {
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

  static constexpr std::int16_t kKey = 28;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
