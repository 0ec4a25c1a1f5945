#pragma once

#include "common/protocol/types.h"

// Fetch (key 1): versions 4-18, flexible since 12.
//   Request
//     v5: adds LogStartOffset
//     v7: adds SessionId, SessionEpoch, ForgottenTopicsData
//     v9: adds CurrentLeaderEpoch
//     v11: adds RackId
//     v12: adds ClusterId, LastFetchedEpoch
//     v13: adds TopicId; drops Topic
//     v15: adds ReplicaState; drops ReplicaId
//     v17: adds ReplicaDirectoryId
//     v18: adds HighWatermark
//   Response
//     v5: adds LogStartOffset
//     v7: adds ErrorCode, SessionId
//     v11: adds PreferredReadReplica
//     v12: adds DivergingEpoch, CurrentLeader, SnapshotId
//     v13: adds TopicId; drops Topic
//     v16: adds NodeEndpoints
namespace leat {

struct FetchResponse;

struct FetchRequest {
  struct ReplicaState {
    std::int32_t replica_id = -1;
    std::int64_t replica_epoch = -1;
  };
  struct Partition {
    std::int32_t partition = 0;
    std::int32_t current_leader_epoch = -1;
    std::int64_t fetch_offset = 0;
    std::int32_t last_fetched_epoch = -1;
    std::int64_t log_start_offset = -1;
    std::int32_t partition_max_bytes = 0;
    Uuid replica_directory_id;
    std::int64_t high_watermark = std::numeric_limits<std::int64_t>::max();
  };
  struct Topic {
    std::string topic;
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  struct ForgottenTopic {
    std::string topic;
    Uuid topic_id;
    std::vector<std::int32_t> partitions;
  };
  std::optional<std::string> cluster_id;
  std::int32_t replica_id = -1;
  ReplicaState replica_state;
  std::int32_t max_wait_ms = 0;
  std::int32_t min_bytes = 0;
  std::int32_t max_bytes = std::numeric_limits<std::int32_t>::max();
  std::int8_t isolation_level = 0;
  std::int32_t session_id = 0;
  std::int32_t session_epoch = -1;
  std::vector<Topic> topics;
  std::vector<ForgottenTopic> forgotten_topics_data;
  std::string rack_id;

  static constexpr std::int16_t kKey = 1;
  using Response = FetchResponse;
  static const wire::MessageSpec& schema();
};

struct FetchResponse {
  struct DivergingEpoch {
    std::int32_t epoch = -1;
    std::int64_t end_offset = -1;
  };
  struct CurrentLeader {
    std::int32_t leader_id = -1;
    std::int32_t leader_epoch = -1;
  };
  struct SnapshotId {
    std::int64_t end_offset = -1;
    std::int32_t epoch = -1;
  };
  struct AbortedTransaction {
    std::int64_t producer_id = 0;
    std::int64_t first_offset = 0;
  };
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::int64_t high_watermark = 0;
    std::int64_t last_stable_offset = -1;
    std::int64_t log_start_offset = -1;
    DivergingEpoch diverging_epoch;
    CurrentLeader current_leader;
    SnapshotId snapshot_id;
    std::optional<std::vector<AbortedTransaction>> aborted_transactions =
        std::vector<AbortedTransaction>{};
    std::int32_t preferred_read_replica = -1;
    wire::Records records;
  };
  struct Topic {
    std::string topic;
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::int32_t session_id = 0;
  std::vector<Topic> responses;
  std::vector<NodeEndpoint> node_endpoints;

  static constexpr std::int16_t kKey = 1;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
