#include "common/protocol/messages/45_alter_partition_reassignments.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(AlterPartitionReassignmentsRequest::Partition,
            WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(replicas, "Replicas", .nullable = kAlways));

WIRE_STRUCT(AlterPartitionReassignmentsRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(AlterPartitionReassignmentsRequest, WIRE_FIELD(timeout_ms, "TimeoutMs"),
            WIRE_FIELD(allow_replication_factor_change, "AllowReplicationFactorChange",
                       .present = since(1)),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(AlterPartitionReassignmentsResponse::Partition,
            WIRE_FIELD(partition_index, "PartitionIndex"), WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(AlterPartitionReassignmentsResponse::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(AlterPartitionReassignmentsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(allow_replication_factor_change, "AllowReplicationFactorChange",
                       .present = since(1), .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(responses, "Responses"));

}  // namespace wire

const wire::MessageSpec& AlterPartitionReassignmentsRequest::schema() {
  static constexpr auto kSpec = wire::message<AlterPartitionReassignmentsRequest>(
      "AlterPartitionReassignmentsRequest", wire::MessageType::kRequest, {0, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& AlterPartitionReassignmentsResponse::schema() {
  static constexpr auto kSpec = wire::message<AlterPartitionReassignmentsResponse>(
      "AlterPartitionReassignmentsResponse", wire::MessageType::kResponse, {0, 1}, 0);
  return kSpec;
}

}  // namespace leat
