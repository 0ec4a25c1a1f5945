#include "common/protocol/records/streams_group_topology.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(StreamsGroupTopologyKey, WIRE_FIELD(group_id, "GroupId"));

WIRE_STRUCT(StreamsGroupTopologyValue::TopicConfig, WIRE_FIELD(key, "key"),
            WIRE_FIELD(value, "value"));

WIRE_STRUCT(StreamsGroupTopologyValue::TopicInfo, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"),
            WIRE_FIELD(replication_factor, "ReplicationFactor"),
            WIRE_FIELD(topic_configs, "TopicConfigs"));

WIRE_STRUCT(StreamsGroupTopologyValue::CopartitionGroup, WIRE_FIELD(source_topics, "SourceTopics"),
            WIRE_FIELD(source_topic_regex, "SourceTopicRegex"),
            WIRE_FIELD(repartition_source_topics, "RepartitionSourceTopics"));

WIRE_STRUCT(StreamsGroupTopologyValue::Subtopology, WIRE_FIELD(subtopology_id, "SubtopologyId"),
            WIRE_FIELD(source_topics, "SourceTopics"),
            WIRE_FIELD(source_topic_regex, "SourceTopicRegex"),
            WIRE_FIELD(state_changelog_topics, "StateChangelogTopics"),
            WIRE_FIELD(repartition_sink_topics, "RepartitionSinkTopics"),
            WIRE_FIELD(repartition_source_topics, "RepartitionSourceTopics"),
            WIRE_FIELD(copartition_groups, "CopartitionGroups"));

WIRE_STRUCT(StreamsGroupTopologyValue, WIRE_FIELD(epoch, "Epoch"),
            WIRE_FIELD(subtopologies, "Subtopologies"));

}  // namespace wire

const wire::MessageSpec& StreamsGroupTopologyKey::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupTopologyKey>(
      "StreamsGroupTopologyKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& StreamsGroupTopologyValue::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupTopologyValue>(
      "StreamsGroupTopologyValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
