#pragma once

#include "common/protocol/types.h"

// ListPartitionReassignments (key 46): versions 0, flexible since 0.
namespace leat {

struct ListPartitionReassignmentsResponse;

struct ListPartitionReassignmentsRequest {
  struct Topic {
    std::string name;
    std::vector<std::int32_t> partition_indexes;
  };
  std::int32_t timeout_ms = 60000;
  std::optional<std::vector<Topic>> topics;

  static constexpr std::int16_t kKey = 46;
  using Response = ListPartitionReassignmentsResponse;
  static const wire::MessageSpec& schema();
};

struct ListPartitionReassignmentsResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::vector<std::int32_t> replicas;
    std::vector<std::int32_t> adding_replicas;
    std::vector<std::int32_t> removing_replicas;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 46;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
