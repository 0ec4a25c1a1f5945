#pragma once

#include "common/protocol/types.h"

// DescribeTopicPartitions (key 75): versions 0, flexible since 0.
namespace leat {

struct DescribeTopicPartitionsResponse;

struct DescribeTopicPartitionsRequest {
  struct Topic {
    std::string name;
  };
  struct Cursor {
    std::string topic_name;
    std::int32_t partition_index = 0;
  };
  std::vector<Topic> topics;
  std::int32_t response_partition_limit = 2000;
  std::optional<Cursor> cursor;

  static constexpr std::int16_t kKey = 75;
  using Response = DescribeTopicPartitionsResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeTopicPartitionsResponse {
  struct Partition {
    std::int16_t error_code = 0;
    std::int32_t partition_index = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = -1;
    std::vector<std::int32_t> replica_nodes;
    std::vector<std::int32_t> isr_nodes;
    std::optional<std::vector<std::int32_t>> eligible_leader_replicas;
    std::optional<std::vector<std::int32_t>> last_known_elr;
    std::vector<std::int32_t> offline_replicas;
  };
  struct Topic {
    std::int16_t error_code = 0;
    std::optional<std::string> name = std::string{};
    Uuid topic_id;
    bool is_internal = false;
    std::vector<Partition> partitions;
    std::int32_t topic_authorized_operations = std::numeric_limits<std::int32_t>::min();
  };
  struct Cursor {
    std::string topic_name;
    std::int32_t partition_index = 0;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;
  std::optional<Cursor> next_cursor;

  static constexpr std::int16_t kKey = 75;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
