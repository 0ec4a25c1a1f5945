#pragma once

#include "common/protocol/types.h"

// OffsetFetch (key 9): versions 1-10, flexible since 6.
//   Request
//     v7: adds RequireStable
//     v8: adds Groups; drops GroupId, Topics
//     v9: adds MemberId, MemberEpoch
//     v10: adds TopicId; drops Name
//   Response
//     v2: adds ErrorCode
//     v3: adds ThrottleTimeMs
//     v5: adds CommittedLeaderEpoch
//     v8: adds Groups; drops Topics, ErrorCode
//     v10: adds TopicId; drops Name
namespace leat {

struct OffsetFetchResponse;

struct OffsetFetchRequest {
  struct Topic {
    std::string name;
    std::vector<std::int32_t> partition_indexes;
  };
  struct GroupTopic {
    std::string name;
    Uuid topic_id;
    std::vector<std::int32_t> partition_indexes;
  };
  struct Group {
    std::string group_id;
    std::optional<std::string> member_id;
    std::int32_t member_epoch = -1;
    std::optional<std::vector<GroupTopic>> topics = std::vector<GroupTopic>{};
  };
  std::string group_id;
  std::optional<std::vector<Topic>> topics = std::vector<Topic>{};
  std::vector<Group> groups;
  bool require_stable = false;

  static constexpr std::int16_t kKey = 9;
  using Response = OffsetFetchResponse;
  static const wire::MessageSpec& schema();
};

struct OffsetFetchResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = 0;
    std::int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata = std::string{};
    std::int16_t error_code = 0;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  struct GroupPartition {
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = 0;
    std::int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata = std::string{};
    std::int16_t error_code = 0;
  };
  struct GroupTopic {
    std::string name;
    Uuid topic_id;
    std::vector<GroupPartition> partitions;
  };
  struct Group {
    std::string group_id;
    std::vector<GroupTopic> topics;
    std::int16_t error_code = 0;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;
  std::int16_t error_code = 0;
  std::vector<Group> groups;

  static constexpr std::int16_t kKey = 9;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
