#include "common/protocol/messages/08_offset_commit.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(OffsetCommitRequest::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(committed_offset, "CommittedOffset"),
            WIRE_FIELD(committed_leader_epoch, "CommittedLeaderEpoch", .present = since(6),
                       .ignorable = true),
            WIRE_FIELD(committed_metadata, "CommittedMetadata", .nullable = kAlways));

WIRE_STRUCT(OffsetCommitRequest::Topic,
            WIRE_FIELD(name, "Name", .present = until(9), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(10), .ignorable = true),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(
    OffsetCommitRequest, WIRE_FIELD(group_id, "GroupId"),
    WIRE_FIELD(generation_id_or_member_epoch, "GenerationIdOrMemberEpoch", .ignorable = true),
    WIRE_FIELD(member_id, "MemberId", .ignorable = true),
    WIRE_FIELD(group_instance_id, "GroupInstanceId", .present = since(7), .nullable = kAlways),
    WIRE_FIELD(retention_time_ms, "RetentionTimeMs", .present = until(4), .ignorable = true),
    WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(OffsetCommitResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"));

WIRE_STRUCT(OffsetCommitResponse::Topic,
            WIRE_FIELD(name, "Name", .present = until(9), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(10), .ignorable = true),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(OffsetCommitResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(3), .ignorable = true),
            WIRE_FIELD(topics, "Topics"));

}  // namespace wire

const wire::MessageSpec& OffsetCommitRequest::schema() {
  static constexpr auto kSpec = wire::message<OffsetCommitRequest>(
      "OffsetCommitRequest", wire::MessageType::kRequest, {2, 10}, 8);
  return kSpec;
}

const wire::MessageSpec& OffsetCommitResponse::schema() {
  static constexpr auto kSpec = wire::message<OffsetCommitResponse>(
      "OffsetCommitResponse", wire::MessageType::kResponse, {2, 10}, 8);
  return kSpec;
}

}  // namespace leat
