#pragma once

#include "common/protocol/types.h"

// AlterPartitionReassignments (key 45): versions 0-1, flexible since 0.
//   Request
//     v1: adds AllowReplicationFactorChange
//   Response
//     v1: adds AllowReplicationFactorChange
namespace leat {

struct AlterPartitionReassignmentsResponse;

struct AlterPartitionReassignmentsRequest {
  struct Partition {
    std::int32_t partition_index = 0;
    std::optional<std::vector<std::int32_t>> replicas;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  std::int32_t timeout_ms = 60000;
  bool allow_replication_factor_change = true;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 45;
  using Response = AlterPartitionReassignmentsResponse;
  static const wire::MessageSpec& schema();
};

struct AlterPartitionReassignmentsResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  std::int32_t throttle_time_ms = 0;
  bool allow_replication_factor_change = true;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};
  std::vector<Topic> responses;

  static constexpr std::int16_t kKey = 45;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
