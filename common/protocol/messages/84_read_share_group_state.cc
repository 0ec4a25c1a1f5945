#include "common/protocol/messages/84_read_share_group_state.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ReadShareGroupStateRequest::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch"));

WIRE_STRUCT(ReadShareGroupStateRequest::Topic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ReadShareGroupStateRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(ReadShareGroupStateResponse::StateBatch, WIRE_FIELD(first_offset, "FirstOffset"),
            WIRE_FIELD(last_offset, "LastOffset"), WIRE_FIELD(delivery_state, "DeliveryState"),
            WIRE_FIELD(delivery_count, "DeliveryCount"));

WIRE_STRUCT(ReadShareGroupStateResponse::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(state_epoch, "StateEpoch"), WIRE_FIELD(start_offset, "StartOffset"),
            WIRE_FIELD(state_batches, "StateBatches"));

WIRE_STRUCT(ReadShareGroupStateResponse::Result, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ReadShareGroupStateResponse, WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& ReadShareGroupStateRequest::schema() {
  static constexpr auto kSpec = wire::message<ReadShareGroupStateRequest>(
      "ReadShareGroupStateRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& ReadShareGroupStateResponse::schema() {
  static constexpr auto kSpec = wire::message<ReadShareGroupStateResponse>(
      "ReadShareGroupStateResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
