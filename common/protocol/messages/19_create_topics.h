#pragma once

#include "common/protocol/types.h"

// CreateTopics (key 19): versions 2-7, flexible since 5.
//   Response
//     v5: adds TopicConfigErrorCode, NumPartitions, ReplicationFactor, Configs
//     v7: adds TopicId
namespace leat {

struct CreateTopicsResponse;

struct CreateTopicsRequest {
  struct Assignment {
    std::int32_t partition_index = 0;
    std::vector<std::int32_t> broker_ids;
  };
  struct Config {
    std::string name;
    std::optional<std::string> value = std::string{};
  };
  struct Topic {
    std::string name;
    std::int32_t num_partitions = 0;
    std::int16_t replication_factor = 0;
    std::vector<Assignment> assignments;
    std::vector<Config> configs;
  };
  std::vector<Topic> topics;
  std::int32_t timeout_ms = 60000;
  bool validate_only = false;

  static constexpr std::int16_t kKey = 19;
  using Response = CreateTopicsResponse;
  static const wire::MessageSpec& schema();
};

struct CreateTopicsResponse {
  struct Config {
    std::string name;
    std::optional<std::string> value = std::string{};
    bool read_only = false;
    std::int8_t config_source = -1;
    bool is_sensitive = false;
  };
  struct Topic {
    std::string name;
    Uuid topic_id;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
    std::int16_t topic_config_error_code = 0;
    std::int32_t num_partitions = -1;
    std::int16_t replication_factor = -1;
    std::optional<std::vector<Config>> configs = std::vector<Config>{};
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 19;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
