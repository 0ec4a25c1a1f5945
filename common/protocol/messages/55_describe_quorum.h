#pragma once

#include "common/protocol/types.h"

// DescribeQuorum (key 55): versions 0-2, flexible since 0.
//   Response
//     v1: adds LastFetchTimestamp, LastCaughtUpTimestamp
//     v2: adds ErrorMessage, ReplicaDirectoryId, Nodes
namespace leat {

struct DescribeQuorumResponse;

struct DescribeQuorumRequest {
  struct Partition {
    std::int32_t partition_index = 0;
  };
  struct Topic {
    std::string topic_name;
    std::vector<Partition> partitions;
  };
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 55;
  using Response = DescribeQuorumResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeQuorumResponse {
  struct ReplicaState {
    std::int32_t replica_id = 0;
    Uuid replica_directory_id;
    std::int64_t log_end_offset = 0;
    std::int64_t last_fetch_timestamp = -1;
    std::int64_t last_caught_up_timestamp = -1;
  };
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;
    std::int64_t high_watermark = 0;
    std::vector<ReplicaState> current_voters;
    std::vector<ReplicaState> observers;
  };
  struct Topic {
    std::string topic_name;
    std::vector<Partition> partitions;
  };
  struct Listener {
    std::string name;
    std::string host;
    std::uint16_t port = 0;
  };
  struct Node {
    std::int32_t node_id = 0;
    std::vector<Listener> listeners;
  };
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};
  std::vector<Topic> topics;
  std::vector<Node> nodes;

  static constexpr std::int16_t kKey = 55;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
