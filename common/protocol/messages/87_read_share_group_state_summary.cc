#include "common/protocol/messages/87_read_share_group_state_summary.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ReadShareGroupStateSummaryRequest::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch"));

WIRE_STRUCT(ReadShareGroupStateSummaryRequest::Topic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ReadShareGroupStateSummaryRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(ReadShareGroupStateSummaryResponse::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(state_epoch, "StateEpoch"), WIRE_FIELD(leader_epoch, "LeaderEpoch"),
            WIRE_FIELD(start_offset, "StartOffset"),
            WIRE_FIELD(delivery_complete_count, "DeliveryCompleteCount", .present = since(1),
                       .ignorable = true));

WIRE_STRUCT(ReadShareGroupStateSummaryResponse::Result, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ReadShareGroupStateSummaryResponse, WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& ReadShareGroupStateSummaryRequest::schema() {
  static constexpr auto kSpec = wire::message<ReadShareGroupStateSummaryRequest>(
      "ReadShareGroupStateSummaryRequest", wire::MessageType::kRequest, {0, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& ReadShareGroupStateSummaryResponse::schema() {
  static constexpr auto kSpec = wire::message<ReadShareGroupStateSummaryResponse>(
      "ReadShareGroupStateSummaryResponse", wire::MessageType::kResponse, {0, 1}, 0);
  return kSpec;
}

}  // namespace leat
