#include "common/protocol/messages/47_offset_delete.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(OffsetDeleteRequest::Partition, WIRE_FIELD(partition_index, "PartitionIndex"));

WIRE_STRUCT(OffsetDeleteRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(OffsetDeleteRequest, WIRE_FIELD(group_id, "GroupId"), WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(OffsetDeleteResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"));

WIRE_STRUCT(OffsetDeleteResponse::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(OffsetDeleteResponse, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(topics, "Topics"));

}  // namespace wire

const wire::MessageSpec& OffsetDeleteRequest::schema() {
  static constexpr auto kSpec = wire::message<OffsetDeleteRequest>(
      "OffsetDeleteRequest", wire::MessageType::kRequest, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& OffsetDeleteResponse::schema() {
  static constexpr auto kSpec = wire::message<OffsetDeleteResponse>(
      "OffsetDeleteResponse", wire::MessageType::kResponse, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

}  // namespace leat
