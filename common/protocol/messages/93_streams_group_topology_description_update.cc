#include "common/protocol/messages/93_streams_group_topology_description_update.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(StreamsGroupTopologyDescriptionUpdateRequest::Node, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(node_type, "NodeType"), WIRE_FIELD(source_topics, "SourceTopics"),
            WIRE_FIELD(sink_topic, "SinkTopic", .nullable = kAlways), WIRE_FIELD(stores, "Stores"),
            WIRE_FIELD(successors, "Successors"));

WIRE_STRUCT(StreamsGroupTopologyDescriptionUpdateRequest::Subtopology,
            WIRE_FIELD(subtopology_id, "SubtopologyId"), WIRE_FIELD(nodes, "Nodes"));

WIRE_STRUCT(StreamsGroupTopologyDescriptionUpdateRequest::GlobalStore, WIRE_FIELD(source, "Source"),
            WIRE_FIELD(processor, "Processor"));

WIRE_STRUCT(StreamsGroupTopologyDescriptionUpdateRequest::TopologyDescription,
            WIRE_FIELD(subtopologies, "Subtopologies"), WIRE_FIELD(global_stores, "GlobalStores"));

WIRE_STRUCT(StreamsGroupTopologyDescriptionUpdateRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"), WIRE_FIELD(topology_epoch, "TopologyEpoch"),
            WIRE_FIELD(topology_description, "TopologyDescription"));

WIRE_STRUCT(StreamsGroupTopologyDescriptionUpdateResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"), WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

}  // namespace wire

const wire::MessageSpec& StreamsGroupTopologyDescriptionUpdateRequest::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupTopologyDescriptionUpdateRequest>(
      "StreamsGroupTopologyDescriptionUpdateRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& StreamsGroupTopologyDescriptionUpdateResponse::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupTopologyDescriptionUpdateResponse>(
      "StreamsGroupTopologyDescriptionUpdateResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
