#include "common/protocol/messages/21_delete_records.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DeleteRecordsRequest::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(offset, "Offset"));

WIRE_STRUCT(DeleteRecordsRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DeleteRecordsRequest, WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(timeout_ms, "TimeoutMs"));

WIRE_STRUCT(DeleteRecordsResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(low_watermark, "LowWatermark"), WIRE_FIELD(error_code, "ErrorCode"));

WIRE_STRUCT(DeleteRecordsResponse::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DeleteRecordsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(topics, "Topics"));

}  // namespace wire

const wire::MessageSpec& DeleteRecordsRequest::schema() {
  static constexpr auto kSpec = wire::message<DeleteRecordsRequest>(
      "DeleteRecordsRequest", wire::MessageType::kRequest, {0, 2}, 2);
  return kSpec;
}

const wire::MessageSpec& DeleteRecordsResponse::schema() {
  static constexpr auto kSpec = wire::message<DeleteRecordsResponse>(
      "DeleteRecordsResponse", wire::MessageType::kResponse, {0, 2}, 2);
  return kSpec;
}

}  // namespace leat
