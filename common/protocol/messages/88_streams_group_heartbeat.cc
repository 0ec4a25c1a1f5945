#include "common/protocol/messages/88_streams_group_heartbeat.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(StreamsGroupHeartbeatRequest::KeyValue, WIRE_FIELD(key, "Key"),
            WIRE_FIELD(value, "Value"));

WIRE_STRUCT(StreamsGroupHeartbeatRequest::TopicInfo, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"),
            WIRE_FIELD(replication_factor, "ReplicationFactor"),
            WIRE_FIELD(topic_configs, "TopicConfigs"));

WIRE_STRUCT(StreamsGroupHeartbeatRequest::CopartitionGroup,
            WIRE_FIELD(source_topics, "SourceTopics"),
            WIRE_FIELD(source_topic_regex, "SourceTopicRegex"),
            WIRE_FIELD(repartition_source_topics, "RepartitionSourceTopics"));

WIRE_STRUCT(StreamsGroupHeartbeatRequest::Subtopology, WIRE_FIELD(subtopology_id, "SubtopologyId"),
            WIRE_FIELD(source_topics, "SourceTopics"),
            WIRE_FIELD(source_topic_regex, "SourceTopicRegex"),
            WIRE_FIELD(state_changelog_topics, "StateChangelogTopics"),
            WIRE_FIELD(repartition_sink_topics, "RepartitionSinkTopics"),
            WIRE_FIELD(repartition_source_topics, "RepartitionSourceTopics"),
            WIRE_FIELD(copartition_groups, "CopartitionGroups"));

WIRE_STRUCT(StreamsGroupHeartbeatRequest::Topology, WIRE_FIELD(epoch, "Epoch"),
            WIRE_FIELD(subtopologies, "Subtopologies"));

WIRE_STRUCT(StreamsGroupHeartbeatRequest::TaskIds, WIRE_FIELD(subtopology_id, "SubtopologyId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(StreamsGroupHeartbeatRequest::Endpoint, WIRE_FIELD(host, "Host"),
            WIRE_FIELD(port, "Port"));

WIRE_STRUCT(StreamsGroupHeartbeatRequest::TaskOffset, WIRE_FIELD(subtopology_id, "SubtopologyId"),
            WIRE_FIELD(partition, "Partition"), WIRE_FIELD(offset, "Offset"));

WIRE_STRUCT(StreamsGroupHeartbeatRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"), WIRE_FIELD(member_epoch, "MemberEpoch"),
            WIRE_FIELD(endpoint_information_epoch, "EndpointInformationEpoch"),
            WIRE_FIELD(instance_id, "InstanceId", .nullable = kAlways),
            WIRE_FIELD(rack_id, "RackId", .nullable = kAlways),
            WIRE_FIELD(rebalance_timeout_ms, "RebalanceTimeoutMs"),
            WIRE_FIELD(topology, "Topology", .nullable = kAlways),
            WIRE_FIELD(active_tasks, "ActiveTasks", .nullable = kAlways),
            WIRE_FIELD(standby_tasks, "StandbyTasks", .nullable = kAlways),
            WIRE_FIELD(warmup_tasks, "WarmupTasks", .nullable = kAlways),
            WIRE_FIELD(process_id, "ProcessId", .nullable = kAlways),
            WIRE_FIELD(user_endpoint, "UserEndpoint", .nullable = kAlways),
            WIRE_FIELD(client_tags, "ClientTags", .nullable = kAlways),
            WIRE_FIELD(task_offsets, "TaskOffsets", .nullable = kAlways),
            WIRE_FIELD(task_end_offsets, "TaskEndOffsets", .nullable = kAlways),
            WIRE_FIELD(shutdown_application, "ShutdownApplication"));

WIRE_STRUCT(StreamsGroupHeartbeatResponse::Status, WIRE_FIELD(status_code, "StatusCode"),
            WIRE_FIELD(status_detail, "StatusDetail"));

WIRE_STRUCT(StreamsGroupHeartbeatResponse::TaskIds, WIRE_FIELD(subtopology_id, "SubtopologyId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(StreamsGroupHeartbeatResponse::Endpoint, WIRE_FIELD(host, "Host"),
            WIRE_FIELD(port, "Port"));

WIRE_STRUCT(StreamsGroupHeartbeatResponse::TopicPartition, WIRE_FIELD(topic, "Topic"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(StreamsGroupHeartbeatResponse::PartitionsByUserEndpoint,
            WIRE_FIELD(user_endpoint, "UserEndpoint"),
            WIRE_FIELD(active_partitions, "ActivePartitions"),
            WIRE_FIELD(standby_partitions, "StandbyPartitions"));

WIRE_STRUCT(
    StreamsGroupHeartbeatResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
    WIRE_FIELD(error_code, "ErrorCode"),
    WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
    WIRE_FIELD(member_id, "MemberId"), WIRE_FIELD(member_epoch, "MemberEpoch"),
    WIRE_FIELD(heartbeat_interval_ms, "HeartbeatIntervalMs"),
    WIRE_FIELD(acceptable_recovery_lag_legacy, "AcceptableRecoveryLagLegacy", .present = until(0)),
    WIRE_FIELD(task_offset_interval_ms, "TaskOffsetIntervalMs"),
    WIRE_FIELD(acceptable_recovery_lag, "AcceptableRecoveryLag", .present = since(1),
               .ignorable = true),
    WIRE_FIELD(status, "Status", .nullable = kAlways),
    WIRE_FIELD(active_tasks, "ActiveTasks", .nullable = kAlways),
    WIRE_FIELD(standby_tasks, "StandbyTasks", .nullable = kAlways),
    WIRE_FIELD(warmup_tasks, "WarmupTasks", .nullable = kAlways),
    WIRE_FIELD(topology_description_required, "TopologyDescriptionRequired", .present = since(1)),
    WIRE_FIELD(endpoint_information_epoch, "EndpointInformationEpoch"),
    WIRE_FIELD(partitions_by_user_endpoint, "PartitionsByUserEndpoint", .nullable = kAlways));

}  // namespace wire

const wire::MessageSpec& StreamsGroupHeartbeatRequest::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupHeartbeatRequest>(
      "StreamsGroupHeartbeatRequest", wire::MessageType::kRequest, {0, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& StreamsGroupHeartbeatResponse::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupHeartbeatResponse>(
      "StreamsGroupHeartbeatResponse", wire::MessageType::kResponse, {0, 1}, 0);
  return kSpec;
}

}  // namespace leat
