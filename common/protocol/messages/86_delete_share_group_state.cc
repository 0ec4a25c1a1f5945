#include "common/protocol/messages/86_delete_share_group_state.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DeleteShareGroupStateRequest::Partition, WIRE_FIELD(partition, "Partition"));

WIRE_STRUCT(DeleteShareGroupStateRequest::Topic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DeleteShareGroupStateRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(DeleteShareGroupStateResponse::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(DeleteShareGroupStateResponse::Result, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DeleteShareGroupStateResponse, WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& DeleteShareGroupStateRequest::schema() {
  static constexpr auto kSpec = wire::message<DeleteShareGroupStateRequest>(
      "DeleteShareGroupStateRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& DeleteShareGroupStateResponse::schema() {
  static constexpr auto kSpec = wire::message<DeleteShareGroupStateResponse>(
      "DeleteShareGroupStateResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
