#pragma once

#include "common/protocol/types.h"

// ConsumerGroupHeartbeat (key 68): versions 0-1, flexible since 0.
//   Request
//     v1: adds SubscribedTopicRegex
namespace leat {

struct ConsumerGroupHeartbeatResponse;

struct ConsumerGroupHeartbeatRequest {
  struct TopicPartitions {
    Uuid topic_id;
    std::vector<std::int32_t> partitions;
  };
  std::string group_id;
  std::string member_id;
  std::int32_t member_epoch = 0;
  std::optional<std::string> instance_id;
  std::optional<std::string> rack_id;
  std::int32_t rebalance_timeout_ms = -1;
  std::optional<std::vector<std::string>> subscribed_topic_names;
  std::optional<std::string> subscribed_topic_regex;
  std::optional<std::string> server_assignor;
  std::optional<std::vector<TopicPartitions>> topic_partitions;

  static constexpr std::int16_t kKey = 68;
  using Response = ConsumerGroupHeartbeatResponse;
  static const wire::MessageSpec& schema();
};

struct ConsumerGroupHeartbeatResponse {
  struct TopicPartitions {
    Uuid topic_id;
    std::vector<std::int32_t> partitions;
  };
  struct Assignment {
    std::vector<TopicPartitions> topic_partitions;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::optional<std::string> member_id;
  std::int32_t member_epoch = 0;
  std::int32_t heartbeat_interval_ms = 0;
  std::optional<Assignment> assignment;

  static constexpr std::int16_t kKey = 68;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
