#pragma once

#include "common/protocol/types.h"

// StreamsGroupHeartbeat (key 88): versions 0-1, flexible since 0.
//   Response
//     v1: adds AcceptableRecoveryLag, TopologyDescriptionRequired; drops
//        AcceptableRecoveryLagLegacy
namespace leat {

struct StreamsGroupHeartbeatResponse;

struct StreamsGroupHeartbeatRequest {
  struct KeyValue {
    std::string key;
    std::string value;
  };
  struct TopicInfo {
    std::string name;
    std::int32_t partitions = 0;
    std::int16_t replication_factor = 0;
    std::vector<KeyValue> topic_configs;
  };
  struct CopartitionGroup {
    std::vector<std::int16_t> source_topics;
    std::vector<std::int16_t> source_topic_regex;
    std::vector<std::int16_t> repartition_source_topics;
  };
  struct Subtopology {
    std::string subtopology_id;
    std::vector<std::string> source_topics;
    std::vector<std::string> source_topic_regex;
    std::vector<TopicInfo> state_changelog_topics;
    std::vector<std::string> repartition_sink_topics;
    std::vector<TopicInfo> repartition_source_topics;
    std::vector<CopartitionGroup> copartition_groups;
  };
  struct Topology {
    std::int32_t epoch = 0;
    std::vector<Subtopology> subtopologies;
  };
  struct TaskIds {
    std::string subtopology_id;
    std::vector<std::int32_t> partitions;
  };
  struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
  };
  struct TaskOffset {
    std::string subtopology_id;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
  };
  std::string group_id;
  std::string member_id;
  std::int32_t member_epoch = 0;
  std::int32_t endpoint_information_epoch = 0;
  std::optional<std::string> instance_id;
  std::optional<std::string> rack_id;
  std::int32_t rebalance_timeout_ms = -1;
  std::optional<Topology> topology;
  std::optional<std::vector<TaskIds>> active_tasks;
  std::optional<std::vector<TaskIds>> standby_tasks;
  std::optional<std::vector<TaskIds>> warmup_tasks;
  std::optional<std::string> process_id;
  std::optional<Endpoint> user_endpoint;
  std::optional<std::vector<KeyValue>> client_tags;
  std::optional<std::vector<TaskOffset>> task_offsets;
  std::optional<std::vector<TaskOffset>> task_end_offsets;
  bool shutdown_application = false;

  static constexpr std::int16_t kKey = 88;
  using Response = StreamsGroupHeartbeatResponse;
  static const wire::MessageSpec& schema();
};

struct StreamsGroupHeartbeatResponse {
  struct Status {
    std::int8_t status_code = 0;
    std::string status_detail;
  };
  struct TaskIds {
    std::string subtopology_id;
    std::vector<std::int32_t> partitions;
  };
  struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
  };
  struct TopicPartition {
    std::string topic;
    std::vector<std::int32_t> partitions;
  };
  struct PartitionsByUserEndpoint {
    Endpoint user_endpoint;
    std::vector<TopicPartition> active_partitions;
    std::vector<TopicPartition> standby_partitions;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::string member_id;
  std::int32_t member_epoch = 0;
  std::int32_t heartbeat_interval_ms = 0;
  std::int32_t acceptable_recovery_lag_legacy = 0;
  std::int32_t task_offset_interval_ms = 0;
  std::int64_t acceptable_recovery_lag = -1;
  std::optional<std::vector<Status>> status = std::vector<Status>{};
  std::optional<std::vector<TaskIds>> active_tasks;
  std::optional<std::vector<TaskIds>> standby_tasks;
  std::optional<std::vector<TaskIds>> warmup_tasks;
  bool topology_description_required = false;
  std::int32_t endpoint_information_epoch = 0;
  std::optional<std::vector<PartitionsByUserEndpoint>> partitions_by_user_endpoint;

  static constexpr std::int16_t kKey = 88;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
