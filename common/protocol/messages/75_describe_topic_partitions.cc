#include "common/protocol/messages/75_describe_topic_partitions.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeTopicPartitionsRequest::Topic, WIRE_FIELD(name, "Name"));

WIRE_STRUCT(DescribeTopicPartitionsRequest::Cursor, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(partition_index, "PartitionIndex"));

WIRE_STRUCT(DescribeTopicPartitionsRequest, WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(response_partition_limit, "ResponsePartitionLimit"),
            WIRE_FIELD(cursor, "Cursor", .nullable = kAlways));

WIRE_STRUCT(DescribeTopicPartitionsResponse::Partition, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(partition_index, "PartitionIndex"), WIRE_FIELD(leader_id, "LeaderId"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch", .ignorable = true),
            WIRE_FIELD(replica_nodes, "ReplicaNodes"), WIRE_FIELD(isr_nodes, "IsrNodes"),
            WIRE_FIELD(eligible_leader_replicas, "EligibleLeaderReplicas", .nullable = kAlways),
            WIRE_FIELD(last_known_elr, "LastKnownElr", .nullable = kAlways),
            WIRE_FIELD(offline_replicas, "OfflineReplicas", .ignorable = true));

WIRE_STRUCT(DescribeTopicPartitionsResponse::Topic, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(name, "Name", .nullable = kAlways),
            WIRE_FIELD(topic_id, "TopicId", .ignorable = true),
            WIRE_FIELD(is_internal, "IsInternal", .ignorable = true),
            WIRE_FIELD(partitions, "Partitions"),
            WIRE_FIELD(topic_authorized_operations, "TopicAuthorizedOperations"));

WIRE_STRUCT(DescribeTopicPartitionsResponse::Cursor, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(partition_index, "PartitionIndex"));

WIRE_STRUCT(DescribeTopicPartitionsResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(next_cursor, "NextCursor", .nullable = kAlways));

}  // namespace wire

const wire::MessageSpec& DescribeTopicPartitionsRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeTopicPartitionsRequest>(
      "DescribeTopicPartitionsRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& DescribeTopicPartitionsResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeTopicPartitionsResponse>(
      "DescribeTopicPartitionsResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
