#include "common/protocol/messages/91_alter_share_group_offsets.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(AlterShareGroupOffsetsRequest::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(start_offset, "StartOffset"));

WIRE_STRUCT(AlterShareGroupOffsetsRequest::Topic, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(AlterShareGroupOffsetsRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(AlterShareGroupOffsetsResponse::Partition,
            WIRE_FIELD(partition_index, "PartitionIndex"), WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(AlterShareGroupOffsetsResponse::Topic, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(topic_id, "TopicId"), WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(AlterShareGroupOffsetsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(responses, "Responses"));

}  // namespace wire

const wire::MessageSpec& AlterShareGroupOffsetsRequest::schema() {
  static constexpr auto kSpec = wire::message<AlterShareGroupOffsetsRequest>(
      "AlterShareGroupOffsetsRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& AlterShareGroupOffsetsResponse::schema() {
  static constexpr auto kSpec = wire::message<AlterShareGroupOffsetsResponse>(
      "AlterShareGroupOffsetsResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
