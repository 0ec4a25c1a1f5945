#include "common/protocol/messages/02_list_offsets.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ListOffsetsRequest::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(current_leader_epoch, "CurrentLeaderEpoch", .present = since(4),
                       .ignorable = true),
            WIRE_FIELD(timestamp, "Timestamp"));

WIRE_STRUCT(ListOffsetsRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ListOffsetsRequest, WIRE_FIELD(replica_id, "ReplicaId"),
            WIRE_FIELD(isolation_level, "IsolationLevel", .present = since(2)),
            WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(timeout_ms, "TimeoutMs", .present = since(10), .ignorable = true));

WIRE_STRUCT(ListOffsetsResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"), WIRE_FIELD(timestamp, "Timestamp"),
            WIRE_FIELD(offset, "Offset"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch", .present = since(4)));

WIRE_STRUCT(ListOffsetsResponse::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ListOffsetsResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(2), .ignorable = true),
            WIRE_FIELD(topics, "Topics"));

}  // namespace wire

const wire::MessageSpec& ListOffsetsRequest::schema() {
  static constexpr auto kSpec = wire::message<ListOffsetsRequest>(
      "ListOffsetsRequest", wire::MessageType::kRequest, {1, 11}, 6);
  return kSpec;
}

const wire::MessageSpec& ListOffsetsResponse::schema() {
  static constexpr auto kSpec = wire::message<ListOffsetsResponse>(
      "ListOffsetsResponse", wire::MessageType::kResponse, {1, 11}, 6);
  return kSpec;
}

}  // namespace leat
