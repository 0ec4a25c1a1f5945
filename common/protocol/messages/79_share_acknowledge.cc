#include "common/protocol/messages/79_share_acknowledge.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ShareAcknowledgeRequest::AcknowledgementBatch, WIRE_FIELD(first_offset, "FirstOffset"),
            WIRE_FIELD(last_offset, "LastOffset"),
            WIRE_FIELD(acknowledge_types, "AcknowledgeTypes"));

WIRE_STRUCT(ShareAcknowledgeRequest::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(acknowledgement_batches, "AcknowledgementBatches"));

WIRE_STRUCT(ShareAcknowledgeRequest::Topic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ShareAcknowledgeRequest, WIRE_FIELD(group_id, "GroupId", .nullable = kAlways),
            WIRE_FIELD(member_id, "MemberId", .nullable = kAlways),
            WIRE_FIELD(share_session_epoch, "ShareSessionEpoch"),
            WIRE_FIELD(is_renew_ack, "IsRenewAck", .present = since(2)),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(ShareAcknowledgeResponse::CurrentLeader, WIRE_FIELD(leader_id, "LeaderId"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch"));

WIRE_STRUCT(ShareAcknowledgeResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(current_leader, "CurrentLeader"));

WIRE_STRUCT(ShareAcknowledgeResponse::Topic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ShareAcknowledgeResponse::NodeEndpoint, WIRE_FIELD(node_id, "NodeId"),
            WIRE_FIELD(host, "Host"), WIRE_FIELD(port, "Port"),
            WIRE_FIELD(rack, "Rack", .nullable = kAlways));

WIRE_STRUCT(ShareAcknowledgeResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(acquisition_lock_timeout_ms, "AcquisitionLockTimeoutMs", .present = since(2),
                       .ignorable = true),
            WIRE_FIELD(responses, "Responses"), WIRE_FIELD(node_endpoints, "NodeEndpoints"));

}  // namespace wire

const wire::MessageSpec& ShareAcknowledgeRequest::schema() {
  static constexpr auto kSpec = wire::message<ShareAcknowledgeRequest>(
      "ShareAcknowledgeRequest", wire::MessageType::kRequest, {1, 2}, 0);
  return kSpec;
}

const wire::MessageSpec& ShareAcknowledgeResponse::schema() {
  static constexpr auto kSpec = wire::message<ShareAcknowledgeResponse>(
      "ShareAcknowledgeResponse", wire::MessageType::kResponse, {1, 2}, 0);
  return kSpec;
}

}  // namespace leat
