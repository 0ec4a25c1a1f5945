#include "common/protocol/messages/83_initialize_share_group_state.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(InitializeShareGroupStateRequest::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(state_epoch, "StateEpoch"), WIRE_FIELD(start_offset, "StartOffset"));

WIRE_STRUCT(InitializeShareGroupStateRequest::Topic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(InitializeShareGroupStateRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(InitializeShareGroupStateResponse::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(InitializeShareGroupStateResponse::Result, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(InitializeShareGroupStateResponse, WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& InitializeShareGroupStateRequest::schema() {
  static constexpr auto kSpec = wire::message<InitializeShareGroupStateRequest>(
      "InitializeShareGroupStateRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& InitializeShareGroupStateResponse::schema() {
  static constexpr auto kSpec = wire::message<InitializeShareGroupStateResponse>(
      "InitializeShareGroupStateResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
