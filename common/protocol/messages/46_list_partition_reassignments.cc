#include "common/protocol/messages/46_list_partition_reassignments.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ListPartitionReassignmentsRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partition_indexes, "PartitionIndexes"));

WIRE_STRUCT(ListPartitionReassignmentsRequest, WIRE_FIELD(timeout_ms, "TimeoutMs"),
            WIRE_FIELD(topics, "Topics", .nullable = kAlways));

WIRE_STRUCT(ListPartitionReassignmentsResponse::Partition,
            WIRE_FIELD(partition_index, "PartitionIndex"), WIRE_FIELD(replicas, "Replicas"),
            WIRE_FIELD(adding_replicas, "AddingReplicas"),
            WIRE_FIELD(removing_replicas, "RemovingReplicas"));

WIRE_STRUCT(ListPartitionReassignmentsResponse::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ListPartitionReassignmentsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(topics, "Topics"));

}  // namespace wire

const wire::MessageSpec& ListPartitionReassignmentsRequest::schema() {
  static constexpr auto kSpec = wire::message<ListPartitionReassignmentsRequest>(
      "ListPartitionReassignmentsRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& ListPartitionReassignmentsResponse::schema() {
  static constexpr auto kSpec = wire::message<ListPartitionReassignmentsResponse>(
      "ListPartitionReassignmentsResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
