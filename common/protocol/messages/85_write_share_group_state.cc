#include "common/protocol/messages/85_write_share_group_state.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(WriteShareGroupStateRequest::StateBatch, WIRE_FIELD(first_offset, "FirstOffset"),
            WIRE_FIELD(last_offset, "LastOffset"), WIRE_FIELD(delivery_state, "DeliveryState"),
            WIRE_FIELD(delivery_count, "DeliveryCount"));

WIRE_STRUCT(WriteShareGroupStateRequest::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(state_epoch, "StateEpoch"), WIRE_FIELD(leader_epoch, "LeaderEpoch"),
            WIRE_FIELD(start_offset, "StartOffset"),
            WIRE_FIELD(delivery_complete_count, "DeliveryCompleteCount", .present = since(1),
                       .ignorable = true),
            WIRE_FIELD(state_batches, "StateBatches"));

WIRE_STRUCT(WriteShareGroupStateRequest::Topic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(WriteShareGroupStateRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(WriteShareGroupStateResponse::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(WriteShareGroupStateResponse::Result, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(WriteShareGroupStateResponse, WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& WriteShareGroupStateRequest::schema() {
  static constexpr auto kSpec = wire::message<WriteShareGroupStateRequest>(
      "WriteShareGroupStateRequest", wire::MessageType::kRequest, {0, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& WriteShareGroupStateResponse::schema() {
  static constexpr auto kSpec = wire::message<WriteShareGroupStateResponse>(
      "WriteShareGroupStateResponse", wire::MessageType::kResponse, {0, 1}, 0);
  return kSpec;
}

}  // namespace leat
