#include "common/protocol/messages/43_elect_leaders.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ElectLeadersRequest::TopicPartitions, WIRE_FIELD(topic, "Topic"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ElectLeadersRequest, WIRE_FIELD(election_type, "ElectionType", .present = since(1)),
            WIRE_FIELD(topic_partitions, "TopicPartitions", .nullable = kAlways),
            WIRE_FIELD(timeout_ms, "TimeoutMs"));

WIRE_STRUCT(ElectLeadersResponse::PartitionResult, WIRE_FIELD(partition_id, "PartitionId"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(ElectLeadersResponse::ReplicaElectionResult, WIRE_FIELD(topic, "Topic"),
            WIRE_FIELD(partition_result, "PartitionResult"));

WIRE_STRUCT(ElectLeadersResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode", .present = since(1)),
            WIRE_FIELD(replica_election_results, "ReplicaElectionResults"));

}  // namespace wire

const wire::MessageSpec& ElectLeadersRequest::schema() {
  static constexpr auto kSpec = wire::message<ElectLeadersRequest>(
      "ElectLeadersRequest", wire::MessageType::kRequest, {0, 2}, 2);
  return kSpec;
}

const wire::MessageSpec& ElectLeadersResponse::schema() {
  static constexpr auto kSpec = wire::message<ElectLeadersResponse>(
      "ElectLeadersResponse", wire::MessageType::kResponse, {0, 2}, 2);
  return kSpec;
}

}  // namespace leat
