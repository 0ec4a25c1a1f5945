#include "common/protocol/messages/23_offset_for_leader_epoch.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(OffsetForLeaderEpochRequest::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(current_leader_epoch, "CurrentLeaderEpoch", .ignorable = true),
            WIRE_FIELD(leader_epoch, "LeaderEpoch"));

WIRE_STRUCT(OffsetForLeaderEpochRequest::Topic, WIRE_FIELD(topic, "Topic"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(OffsetForLeaderEpochRequest,
            WIRE_FIELD(replica_id, "ReplicaId", .present = since(3), .ignorable = true),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(OffsetForLeaderEpochResponse::Partition, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch", .ignorable = true),
            WIRE_FIELD(end_offset, "EndOffset"));

WIRE_STRUCT(OffsetForLeaderEpochResponse::Topic, WIRE_FIELD(topic, "Topic"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(OffsetForLeaderEpochResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(topics, "Topics"));

}  // namespace wire

const wire::MessageSpec& OffsetForLeaderEpochRequest::schema() {
  static constexpr auto kSpec = wire::message<OffsetForLeaderEpochRequest>(
      "OffsetForLeaderEpochRequest", wire::MessageType::kRequest, {2, 4}, 4);
  return kSpec;
}

const wire::MessageSpec& OffsetForLeaderEpochResponse::schema() {
  static constexpr auto kSpec = wire::message<OffsetForLeaderEpochResponse>(
      "OffsetForLeaderEpochResponse", wire::MessageType::kResponse, {2, 4}, 4);
  return kSpec;
}

}  // namespace leat
