#pragma once

#include "common/protocol/types.h"

// StreamsGroupDescribe (key 89): versions 0-1, flexible since 0.
//   Request
//     v1: adds IncludeTopologyDescription
//   Response
//     v1: adds TopologyDescription, TopologyDescriptionStatus, AssignorName
namespace leat {

struct StreamsGroupDescribeResponse;

struct StreamsGroupDescribeRequest {
  std::vector<std::string> group_ids;
  bool include_authorized_operations = false;
  bool include_topology_description = false;

  static constexpr std::int16_t kKey = 89;
  using Response = StreamsGroupDescribeResponse;
  static const wire::MessageSpec& schema();
};

struct StreamsGroupDescribeResponse {
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
  struct Subtopology {
    std::string subtopology_id;
    std::vector<std::string> source_topics;
    std::vector<std::string> repartition_sink_topics;
    std::vector<TopicInfo> state_changelog_topics;
    std::vector<TopicInfo> repartition_source_topics;
  };
  struct Topology {
    std::int32_t epoch = 0;
    std::optional<std::vector<Subtopology>> subtopologies;
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
  struct TaskIds {
    std::string subtopology_id;
    std::vector<std::int32_t> partitions;
  };
  struct Assignment {
    std::vector<TaskIds> active_tasks;
    std::vector<TaskIds> standby_tasks;
    std::vector<TaskIds> warmup_tasks;
  };
  struct Member {
    std::string member_id;
    std::int32_t member_epoch = 0;
    std::optional<std::string> instance_id;
    std::optional<std::string> rack_id;
    std::string client_id;
    std::string client_host;
    std::int32_t topology_epoch = 0;
    std::string process_id;
    std::optional<Endpoint> user_endpoint;
    std::vector<KeyValue> client_tags;
    std::vector<TaskOffset> task_offsets;
    std::vector<TaskOffset> task_end_offsets;
    Assignment assignment;
    Assignment target_assignment;
    bool is_classic = false;
  };
  struct Node {
    std::string name;
    std::int8_t node_type = 0;
    std::vector<std::string> source_topics;
    std::optional<std::string> sink_topic;
    std::vector<std::string> stores;
    std::vector<std::string> successors;
  };
  struct TopologyDescriptionSubtopology {
    std::string subtopology_id;
    std::vector<Node> nodes;
  };
  struct GlobalStore {
    Node source;
    Node processor;
  };
  struct TopologyDescription {
    std::vector<TopologyDescriptionSubtopology> subtopologies;
    std::vector<GlobalStore> global_stores;
  };
  struct Group {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    std::int32_t group_epoch = 0;
    std::int32_t assignment_epoch = 0;
    std::optional<Topology> topology;
    std::vector<Member> members;
    std::int32_t authorized_operations = std::numeric_limits<std::int32_t>::min();
    std::optional<TopologyDescription> topology_description;
    std::int8_t topology_description_status = 0;
    std::optional<std::string> assignor_name;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Group> groups;

  static constexpr std::int16_t kKey = 89;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
