#include "common/protocol/messages/28_txn_offset_commit.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(TxnOffsetCommitRequest::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(committed_offset, "CommittedOffset"),
            WIRE_FIELD(committed_leader_epoch, "CommittedLeaderEpoch", .present = since(2),
                       .ignorable = true),
            WIRE_FIELD(committed_metadata, "CommittedMetadata", .nullable = kAlways));

WIRE_STRUCT(TxnOffsetCommitRequest::Topic,
            WIRE_FIELD(name, "Name", .present = until(5), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(6), .ignorable = true),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(TxnOffsetCommitRequest, WIRE_FIELD(transactional_id, "TransactionalId"),
            WIRE_FIELD(group_id, "GroupId"), WIRE_FIELD(producer_id, "ProducerId"),
            WIRE_FIELD(producer_epoch, "ProducerEpoch"),
            WIRE_FIELD(generation_id_or_member_epoch, "GenerationIdOrMemberEpoch",
                       .present = since(3)),
            WIRE_FIELD(member_id, "MemberId", .present = since(3)),
            WIRE_FIELD(group_instance_id, "GroupInstanceId", .present = since(3),
                       .nullable = kAlways),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(TxnOffsetCommitResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"));

WIRE_STRUCT(TxnOffsetCommitResponse::Topic,
            WIRE_FIELD(name, "Name", .present = until(5), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(6), .ignorable = true),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(TxnOffsetCommitResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(topics, "Topics"));

}  // namespace wire

const wire::MessageSpec& TxnOffsetCommitRequest::schema() {
  static constexpr auto kSpec = wire::message<TxnOffsetCommitRequest>(
      "TxnOffsetCommitRequest", wire::MessageType::kRequest, {0, 6}, 3);
  return kSpec;
}

const wire::MessageSpec& TxnOffsetCommitResponse::schema() {
  static constexpr auto kSpec = wire::message<TxnOffsetCommitResponse>(
      "TxnOffsetCommitResponse", wire::MessageType::kResponse, {0, 6}, 3);
  return kSpec;
}

}  // namespace leat
