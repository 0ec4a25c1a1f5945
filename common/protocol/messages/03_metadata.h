#pragma once

#include "common/protocol/types.h"

// Metadata (key 3): versions 0-13, flexible since 9.
//   Request
//     v4: adds AllowAutoTopicCreation
//     v8: adds IncludeClusterAuthorizedOperations, IncludeTopicAuthorizedOperations
//     v10: adds TopicId
//     v11: drops IncludeClusterAuthorizedOperations
//   Response
//     v1: adds Rack, ControllerId, IsInternal
//     v2: adds ClusterId
//     v3: adds ThrottleTimeMs
//     v5: adds OfflineReplicas
//     v7: adds LeaderEpoch
//     v8: adds TopicAuthorizedOperations, ClusterAuthorizedOperations
//     v10: adds TopicId
//     v11: drops ClusterAuthorizedOperations
//     v13: adds ErrorCode
namespace leat {

struct MetadataResponse;

struct MetadataRequest {
  struct Topic {
    Uuid topic_id;
    std::optional<std::string> name = std::string{};
  };
  std::optional<std::vector<Topic>> topics = std::vector<Topic>{};
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  static constexpr std::int16_t kKey = 3;
  using Response = MetadataResponse;
  static const wire::MessageSpec& schema();
};

struct MetadataResponse {
  struct Broker {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;
  };
  struct Partition {
    std::int16_t error_code = 0;
    std::int32_t partition_index = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = -1;
    std::vector<std::int32_t> replica_nodes;
    std::vector<std::int32_t> isr_nodes;
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
  std::int32_t throttle_time_ms = 0;
  std::vector<Broker> brokers;
  std::optional<std::string> cluster_id;
  std::int32_t controller_id = -1;
  std::vector<Topic> topics;
  std::int32_t cluster_authorized_operations = std::numeric_limits<std::int32_t>::min();
  std::int16_t error_code = 0;

  static constexpr std::int16_t kKey = 3;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
