#include "common/protocol/messages/89_streams_group_describe.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(StreamsGroupDescribeRequest, WIRE_FIELD(group_ids, "GroupIds"),
            WIRE_FIELD(include_authorized_operations, "IncludeAuthorizedOperations"),
            WIRE_FIELD(include_topology_description, "IncludeTopologyDescription",
                       .present = since(1)));

WIRE_STRUCT(StreamsGroupDescribeResponse::KeyValue, WIRE_FIELD(key, "Key"),
            WIRE_FIELD(value, "Value"));

WIRE_STRUCT(StreamsGroupDescribeResponse::TopicInfo, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"),
            WIRE_FIELD(replication_factor, "ReplicationFactor"),
            WIRE_FIELD(topic_configs, "TopicConfigs"));

WIRE_STRUCT(StreamsGroupDescribeResponse::Subtopology, WIRE_FIELD(subtopology_id, "SubtopologyId"),
            WIRE_FIELD(source_topics, "SourceTopics"),
            WIRE_FIELD(repartition_sink_topics, "RepartitionSinkTopics"),
            WIRE_FIELD(state_changelog_topics, "StateChangelogTopics"),
            WIRE_FIELD(repartition_source_topics, "RepartitionSourceTopics"));

WIRE_STRUCT(StreamsGroupDescribeResponse::Topology, WIRE_FIELD(epoch, "Epoch"),
            WIRE_FIELD(subtopologies, "Subtopologies", .nullable = kAlways));

WIRE_STRUCT(StreamsGroupDescribeResponse::Endpoint, WIRE_FIELD(host, "Host"),
            WIRE_FIELD(port, "Port"));

WIRE_STRUCT(StreamsGroupDescribeResponse::TaskOffset, WIRE_FIELD(subtopology_id, "SubtopologyId"),
            WIRE_FIELD(partition, "Partition"), WIRE_FIELD(offset, "Offset"));

WIRE_STRUCT(StreamsGroupDescribeResponse::TaskIds, WIRE_FIELD(subtopology_id, "SubtopologyId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(StreamsGroupDescribeResponse::Assignment, WIRE_FIELD(active_tasks, "ActiveTasks"),
            WIRE_FIELD(standby_tasks, "StandbyTasks"), WIRE_FIELD(warmup_tasks, "WarmupTasks"));

WIRE_STRUCT(StreamsGroupDescribeResponse::Member, WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(member_epoch, "MemberEpoch"),
            WIRE_FIELD(instance_id, "InstanceId", .nullable = kAlways),
            WIRE_FIELD(rack_id, "RackId", .nullable = kAlways), WIRE_FIELD(client_id, "ClientId"),
            WIRE_FIELD(client_host, "ClientHost"), WIRE_FIELD(topology_epoch, "TopologyEpoch"),
            WIRE_FIELD(process_id, "ProcessId"),
            WIRE_FIELD(user_endpoint, "UserEndpoint", .nullable = kAlways),
            WIRE_FIELD(client_tags, "ClientTags"), WIRE_FIELD(task_offsets, "TaskOffsets"),
            WIRE_FIELD(task_end_offsets, "TaskEndOffsets"), WIRE_FIELD(assignment, "Assignment"),
            WIRE_FIELD(target_assignment, "TargetAssignment"), WIRE_FIELD(is_classic, "IsClassic"));

WIRE_STRUCT(StreamsGroupDescribeResponse::Node, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(node_type, "NodeType"), WIRE_FIELD(source_topics, "SourceTopics"),
            WIRE_FIELD(sink_topic, "SinkTopic", .nullable = kAlways), WIRE_FIELD(stores, "Stores"),
            WIRE_FIELD(successors, "Successors"));

WIRE_STRUCT(StreamsGroupDescribeResponse::TopologyDescriptionSubtopology,
            WIRE_FIELD(subtopology_id, "SubtopologyId"), WIRE_FIELD(nodes, "Nodes"));

WIRE_STRUCT(StreamsGroupDescribeResponse::GlobalStore, WIRE_FIELD(source, "Source"),
            WIRE_FIELD(processor, "Processor"));

WIRE_STRUCT(StreamsGroupDescribeResponse::TopologyDescription,
            WIRE_FIELD(subtopologies, "Subtopologies"), WIRE_FIELD(global_stores, "GlobalStores"));

WIRE_STRUCT(StreamsGroupDescribeResponse::Group, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(group_id, "GroupId"), WIRE_FIELD(group_state, "GroupState"),
            WIRE_FIELD(group_epoch, "GroupEpoch"), WIRE_FIELD(assignment_epoch, "AssignmentEpoch"),
            WIRE_FIELD(topology, "Topology", .nullable = kAlways), WIRE_FIELD(members, "Members"),
            WIRE_FIELD(authorized_operations, "AuthorizedOperations"),
            WIRE_FIELD(topology_description, "TopologyDescription", .present = since(1),
                       .nullable = kAlways),
            WIRE_FIELD(topology_description_status, "TopologyDescriptionStatus",
                       .present = since(1)),
            WIRE_FIELD(assignor_name, "AssignorName", .present = since(1), .nullable = kAlways,
                       .ignorable = true));

WIRE_STRUCT(StreamsGroupDescribeResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(groups, "Groups"));

}  // namespace wire

const wire::MessageSpec& StreamsGroupDescribeRequest::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupDescribeRequest>(
      "StreamsGroupDescribeRequest", wire::MessageType::kRequest, {0, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& StreamsGroupDescribeResponse::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupDescribeResponse>(
      "StreamsGroupDescribeResponse", wire::MessageType::kResponse, {0, 1}, 0);
  return kSpec;
}

}  // namespace leat
