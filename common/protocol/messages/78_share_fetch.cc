#include "common/protocol/messages/78_share_fetch.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ShareFetchRequest::AcknowledgementBatch, WIRE_FIELD(first_offset, "FirstOffset"),
            WIRE_FIELD(last_offset, "LastOffset"),
            WIRE_FIELD(acknowledge_types, "AcknowledgeTypes"));

WIRE_STRUCT(ShareFetchRequest::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(acknowledgement_batches, "AcknowledgementBatches"));

WIRE_STRUCT(ShareFetchRequest::Topic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ShareFetchRequest::ForgottenTopic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ShareFetchRequest, WIRE_FIELD(group_id, "GroupId", .nullable = kAlways),
            WIRE_FIELD(member_id, "MemberId", .nullable = kAlways),
            WIRE_FIELD(share_session_epoch, "ShareSessionEpoch"),
            WIRE_FIELD(max_wait_ms, "MaxWaitMs"), WIRE_FIELD(min_bytes, "MinBytes"),
            WIRE_FIELD(max_bytes, "MaxBytes"), WIRE_FIELD(max_records, "MaxRecords"),
            WIRE_FIELD(batch_size, "BatchSize"),
            WIRE_FIELD(share_acquire_mode, "ShareAcquireMode", .present = since(2),
                       .ignorable = true),
            WIRE_FIELD(is_renew_ack, "IsRenewAck", .present = since(2)),
            WIRE_FIELD(topics, "Topics"), WIRE_FIELD(forgotten_topics_data, "ForgottenTopicsData"));

WIRE_STRUCT(ShareFetchResponse::CurrentLeader, WIRE_FIELD(leader_id, "LeaderId"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch"));

WIRE_STRUCT(ShareFetchResponse::AcquiredRecord, WIRE_FIELD(first_offset, "FirstOffset"),
            WIRE_FIELD(last_offset, "LastOffset"), WIRE_FIELD(delivery_count, "DeliveryCount"));

WIRE_STRUCT(ShareFetchResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(acknowledge_error_code, "AcknowledgeErrorCode"),
            WIRE_FIELD(acknowledge_error_message, "AcknowledgeErrorMessage", .nullable = kAlways),
            WIRE_FIELD(current_leader, "CurrentLeader"), WIRE_FIELD(records, "Records"),
            WIRE_FIELD(acquired_records, "AcquiredRecords"));

WIRE_STRUCT(ShareFetchResponse::Topic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ShareFetchResponse::NodeEndpoint, WIRE_FIELD(node_id, "NodeId"),
            WIRE_FIELD(host, "Host"), WIRE_FIELD(port, "Port"),
            WIRE_FIELD(rack, "Rack", .nullable = kAlways));

WIRE_STRUCT(ShareFetchResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(acquisition_lock_timeout_ms, "AcquisitionLockTimeoutMs"),
            WIRE_FIELD(responses, "Responses"), WIRE_FIELD(node_endpoints, "NodeEndpoints"));

}  // namespace wire

const wire::MessageSpec& ShareFetchRequest::schema() {
  static constexpr auto kSpec =
      wire::message<ShareFetchRequest>("ShareFetchRequest", wire::MessageType::kRequest, {1, 2}, 0);
  return kSpec;
}

const wire::MessageSpec& ShareFetchResponse::schema() {
  static constexpr auto kSpec = wire::message<ShareFetchResponse>(
      "ShareFetchResponse", wire::MessageType::kResponse, {1, 2}, 0);
  return kSpec;
}

}  // namespace leat
