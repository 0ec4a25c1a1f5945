#pragma once

#include "common/protocol/types.h"

// ShareFetch (key 78): versions 1-2, flexible since 0.
//   Request
//     v2: adds ShareAcquireMode, IsRenewAck
namespace leat {

struct ShareFetchResponse;

struct ShareFetchRequest {
  struct AcknowledgementBatch {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::vector<std::int8_t> acknowledge_types;
  };
  struct Partition {
    std::int32_t partition_index = 0;
    std::vector<AcknowledgementBatch> acknowledgement_batches;
  };
  struct Topic {
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  struct ForgottenTopic {
    Uuid topic_id;
    std::vector<std::int32_t> partitions;
  };
  std::optional<std::string> group_id;
  std::optional<std::string> member_id = std::string{};
  std::int32_t share_session_epoch = 0;
  std::int32_t max_wait_ms = 0;
  std::int32_t min_bytes = 0;
  std::int32_t max_bytes = std::numeric_limits<std::int32_t>::max();
  std::int32_t max_records = 0;
  std::int32_t batch_size = 0;
  std::int8_t share_acquire_mode = 0;
  bool is_renew_ack = false;
  std::vector<Topic> topics;
  std::vector<ForgottenTopic> forgotten_topics_data;

  static constexpr std::int16_t kKey = 78;
  using Response = ShareFetchResponse;
  static const wire::MessageSpec& schema();
};

struct ShareFetchResponse {
  struct CurrentLeader {
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;
  };
  struct AcquiredRecord {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::int16_t delivery_count = 0;
  };
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::int16_t acknowledge_error_code = 0;
    std::optional<std::string> acknowledge_error_message;
    CurrentLeader current_leader;
    wire::Records records;
    std::vector<AcquiredRecord> acquired_records;
  };
  struct Topic {
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
  std::optional<std::string> error_message;
  std::int32_t acquisition_lock_timeout_ms = 0;
  std::vector<Topic> responses;
  std::vector<NodeEndpoint> node_endpoints;

  static constexpr std::int16_t kKey = 78;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
