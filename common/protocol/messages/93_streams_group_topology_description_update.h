#pragma once

#include "common/protocol/types.h"

// StreamsGroupTopologyDescriptionUpdate (key 93): versions 0, flexible since 0.
namespace leat {

struct StreamsGroupTopologyDescriptionUpdateResponse;

struct StreamsGroupTopologyDescriptionUpdateRequest {
  struct Node {
    std::string name;
    std::int8_t node_type = 0;
    std::vector<std::string> source_topics;
    std::optional<std::string> sink_topic;
    std::vector<std::string> stores;
    std::vector<std::string> successors;
  };
  struct Subtopology {
    std::string subtopology_id;
    std::vector<Node> nodes;
  };
  struct GlobalStore {
    Node source;
    Node processor;
  };
  struct TopologyDescription {
    std::vector<Subtopology> subtopologies;
    std::vector<GlobalStore> global_stores;
  };
  std::string group_id;
  std::string member_id;
  std::int32_t topology_epoch = 0;
  TopologyDescription topology_description;

  static constexpr std::int16_t kKey = 93;
  using Response = StreamsGroupTopologyDescriptionUpdateResponse;
  static const wire::MessageSpec& schema();
};

struct StreamsGroupTopologyDescriptionUpdateResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message;

  static constexpr std::int16_t kKey = 93;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
