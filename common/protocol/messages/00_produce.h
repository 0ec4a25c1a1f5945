#pragma once

#include "common/protocol/types.h"

// Produce (key 0): versions 3-13, flexible since 9.
//   Request
//     v13: adds TopicId; drops Name
//   Response
//     v5: adds LogStartOffset
//     v8: adds RecordErrors, ErrorMessage
//     v10: adds CurrentLeader, NodeEndpoints
//     v13: adds TopicId; drops Name
namespace leat {

struct ProduceResponse;

struct ProduceRequest {
  struct Partition {
    std::int32_t index = 0;
    wire::Records records;
  };
  struct Topic {
    std::string name;
    Uuid topic_id;
    std::vector<Partition> partition_data;
  };
  std::optional<std::string> transactional_id;
  std::int16_t acks = 0;
  std::int32_t timeout_ms = 0;
  std::vector<Topic> topic_data;

  static constexpr std::int16_t kKey = 0;
  using Response = ProduceResponse;
  static const wire::MessageSpec& schema();
};

struct ProduceResponse {
  struct RecordError {
    std::int32_t batch_index = 0;
    std::optional<std::string> batch_index_error_message;
  };
  struct CurrentLeader {
    std::int32_t leader_id = -1;
    std::int32_t leader_epoch = -1;
  };
  struct Partition {
    std::int32_t index = 0;
    std::int16_t error_code = 0;
    std::int64_t base_offset = 0;
    std::int64_t log_append_time_ms = -1;
    std::int64_t log_start_offset = -1;
    std::vector<RecordError> record_errors;
    std::optional<std::string> error_message;
    CurrentLeader current_leader;
  };
  struct Topic {
    std::string name;
    Uuid topic_id;
    std::vector<Partition> partition_responses;
  };
  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;
  };
  std::vector<Topic> responses;
  std::int32_t throttle_time_ms = 0;
  std::vector<NodeEndpoint> node_endpoints;

  static constexpr std::int16_t kKey = 0;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
