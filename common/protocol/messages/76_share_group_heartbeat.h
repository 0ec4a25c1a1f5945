#pragma once

#include "common/protocol/types.h"

// ShareGroupHeartbeat (key 76): versions 1, flexible since 0.
namespace leat {

struct ShareGroupHeartbeatResponse;

struct ShareGroupHeartbeatRequest {
  std::string group_id;
  std::string member_id;
  std::int32_t member_epoch = 0;
  std::optional<std::string> rack_id;
  std::optional<std::vector<std::string>> subscribed_topic_names;

  static constexpr std::int16_t kKey = 76;
  using Response = ShareGroupHeartbeatResponse;
  static const wire::MessageSpec& schema();
};

struct ShareGroupHeartbeatResponse {
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

  static constexpr std::int16_t kKey = 76;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
