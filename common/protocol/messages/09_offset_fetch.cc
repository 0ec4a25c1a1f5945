#include "common/protocol/messages/09_offset_fetch.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(OffsetFetchRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partition_indexes, "PartitionIndexes"));

WIRE_STRUCT(OffsetFetchRequest::GroupTopic,
            WIRE_FIELD(name, "Name", .present = until(9), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(10), .ignorable = true),
            WIRE_FIELD(partition_indexes, "PartitionIndexes"));

WIRE_STRUCT(OffsetFetchRequest::Group, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId", .present = since(9), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(member_epoch, "MemberEpoch", .present = since(9), .ignorable = true),
            WIRE_FIELD(topics, "Topics", .nullable = kAlways));

WIRE_STRUCT(OffsetFetchRequest, WIRE_FIELD(group_id, "GroupId", .present = until(7)),
            WIRE_FIELD(topics, "Topics", .present = until(7), .nullable = since(2)),
            WIRE_FIELD(groups, "Groups", .present = since(8)),
            WIRE_FIELD(require_stable, "RequireStable", .present = since(7)));

WIRE_STRUCT(OffsetFetchResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(committed_offset, "CommittedOffset"),
            WIRE_FIELD(committed_leader_epoch, "CommittedLeaderEpoch", .present = since(5),
                       .ignorable = true),
            WIRE_FIELD(metadata, "Metadata", .nullable = kAlways),
            WIRE_FIELD(error_code, "ErrorCode"));

WIRE_STRUCT(OffsetFetchResponse::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(OffsetFetchResponse::GroupPartition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(committed_offset, "CommittedOffset"),
            WIRE_FIELD(committed_leader_epoch, "CommittedLeaderEpoch", .ignorable = true),
            WIRE_FIELD(metadata, "Metadata", .nullable = kAlways),
            WIRE_FIELD(error_code, "ErrorCode"));

WIRE_STRUCT(OffsetFetchResponse::GroupTopic,
            WIRE_FIELD(name, "Name", .present = until(9), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(10), .ignorable = true),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(OffsetFetchResponse::Group, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topics, "Topics"), WIRE_FIELD(error_code, "ErrorCode"));

WIRE_STRUCT(OffsetFetchResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(3), .ignorable = true),
            WIRE_FIELD(topics, "Topics", .present = until(7)),
            WIRE_FIELD(error_code, "ErrorCode", .present = between(2, 7), .ignorable = true),
            WIRE_FIELD(groups, "Groups", .present = since(8)));

}  // namespace wire

const wire::MessageSpec& OffsetFetchRequest::schema() {
  static constexpr auto kSpec = wire::message<OffsetFetchRequest>(
      "OffsetFetchRequest", wire::MessageType::kRequest, {1, 10}, 6);
  return kSpec;
}

const wire::MessageSpec& OffsetFetchResponse::schema() {
  static constexpr auto kSpec = wire::message<OffsetFetchResponse>(
      "OffsetFetchResponse", wire::MessageType::kResponse, {1, 10}, 6);
  return kSpec;
}

}  // namespace leat
