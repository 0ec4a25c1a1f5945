#pragma once

#include "common/protocol/types.h"

// ShareGroupDescribe (key 77): versions 1, flexible since 0.
namespace leat {

struct ShareGroupDescribeResponse;

struct ShareGroupDescribeRequest {
  std::vector<std::string> group_ids;
  bool include_authorized_operations = false;

  static constexpr std::int16_t kKey = 77;
  using Response = ShareGroupDescribeResponse;
  static const wire::MessageSpec& schema();
};

struct ShareGroupDescribeResponse {
  struct TopicPartitions {
    Uuid topic_id;
    std::string topic_name;
    std::vector<std::int32_t> partitions;
  };
  struct Assignment {
    std::vector<TopicPartitions> topic_partitions;
  };
  struct Member {
    std::string member_id;
    std::optional<std::string> rack_id;
    std::int32_t member_epoch = 0;
    std::string client_id;
    std::string client_host;
    std::vector<std::string> subscribed_topic_names;
    Assignment assignment;
  };
  struct Group {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    std::int32_t group_epoch = 0;
    std::int32_t assignment_epoch = 0;
    std::string assignor_name;
    std::vector<Member> members;
    std::int32_t authorized_operations = std::numeric_limits<std::int32_t>::min();
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Group> groups;

  static constexpr std::int16_t kKey = 77;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
