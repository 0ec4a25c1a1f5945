#pragma once

#include "common/protocol/types.h"

// ElectLeaders (key 43): versions 0-2, flexible since 2.
//   Request
//     v1: adds ElectionType
//   Response
//     v1: adds ErrorCode
namespace leat {

struct ElectLeadersResponse;

struct ElectLeadersRequest {
  struct TopicPartitions {
    std::string topic;
    std::vector<std::int32_t> partitions;
  };
  std::int8_t election_type = 0;
  std::optional<std::vector<TopicPartitions>> topic_partitions = std::vector<TopicPartitions>{};
  std::int32_t timeout_ms = 60000;

  static constexpr std::int16_t kKey = 43;
  using Response = ElectLeadersResponse;
  static const wire::MessageSpec& schema();
};

struct ElectLeadersResponse {
  struct PartitionResult {
    std::int32_t partition_id = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
  };
  struct ReplicaElectionResult {
    std::string topic;
    std::vector<PartitionResult> partition_result;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::vector<ReplicaElectionResult> replica_election_results;

  static constexpr std::int16_t kKey = 43;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
