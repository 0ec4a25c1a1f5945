#include "common/protocol/messages/00_produce.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ProduceRequest::Partition, WIRE_FIELD(index, "Index"),
            WIRE_FIELD(records, "Records", .nullable = kAlways));

WIRE_STRUCT(ProduceRequest::Topic,
            WIRE_FIELD(name, "Name", .present = until(12), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(13), .ignorable = true),
            WIRE_FIELD(partition_data, "PartitionData"));

WIRE_STRUCT(ProduceRequest, WIRE_FIELD(transactional_id, "TransactionalId", .nullable = kAlways),
            WIRE_FIELD(acks, "Acks"), WIRE_FIELD(timeout_ms, "TimeoutMs"),
            WIRE_FIELD(topic_data, "TopicData"));

WIRE_STRUCT(ProduceResponse::RecordError, WIRE_FIELD(batch_index, "BatchIndex"),
            WIRE_FIELD(batch_index_error_message, "BatchIndexErrorMessage", .nullable = kAlways));

WIRE_STRUCT(ProduceResponse::CurrentLeader, WIRE_FIELD(leader_id, "LeaderId"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch"));

WIRE_STRUCT(ProduceResponse::Partition, WIRE_FIELD(index, "Index"),
            WIRE_FIELD(error_code, "ErrorCode"), WIRE_FIELD(base_offset, "BaseOffset"),
            WIRE_FIELD(log_append_time_ms, "LogAppendTimeMs", .ignorable = true),
            WIRE_FIELD(log_start_offset, "LogStartOffset", .present = since(5), .ignorable = true),
            WIRE_FIELD(record_errors, "RecordErrors", .present = since(8), .ignorable = true),
            WIRE_FIELD(error_message, "ErrorMessage", .present = since(8), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(current_leader, "CurrentLeader", .present = since(10), .tag = 0));

WIRE_STRUCT(ProduceResponse::Topic,
            WIRE_FIELD(name, "Name", .present = until(12), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(13), .ignorable = true),
            WIRE_FIELD(partition_responses, "PartitionResponses"));

WIRE_STRUCT(ProduceResponse::NodeEndpoint, WIRE_FIELD(node_id, "NodeId"), WIRE_FIELD(host, "Host"),
            WIRE_FIELD(port, "Port"), WIRE_FIELD(rack, "Rack", .nullable = kAlways));

WIRE_STRUCT(ProduceResponse, WIRE_FIELD(responses, "Responses"),
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(node_endpoints, "NodeEndpoints", .present = since(10), .tag = 0));

}  // namespace wire

const wire::MessageSpec& ProduceRequest::schema() {
  static constexpr auto kSpec =
      wire::message<ProduceRequest>("ProduceRequest", wire::MessageType::kRequest, {3, 13}, 9);
  return kSpec;
}

const wire::MessageSpec& ProduceResponse::schema() {
  static constexpr auto kSpec =
      wire::message<ProduceResponse>("ProduceResponse", wire::MessageType::kResponse, {3, 13}, 9);
  return kSpec;
}

}  // namespace leat
