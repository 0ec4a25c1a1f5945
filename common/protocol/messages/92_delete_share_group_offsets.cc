#include "common/protocol/messages/92_delete_share_group_offsets.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DeleteShareGroupOffsetsRequest::Topic, WIRE_FIELD(topic_name, "TopicName"));

WIRE_STRUCT(DeleteShareGroupOffsetsRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(DeleteShareGroupOffsetsResponse::Topic, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(topic_id, "TopicId"), WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(DeleteShareGroupOffsetsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(responses, "Responses"));

}  // namespace wire

const wire::MessageSpec& DeleteShareGroupOffsetsRequest::schema() {
  static constexpr auto kSpec = wire::message<DeleteShareGroupOffsetsRequest>(
      "DeleteShareGroupOffsetsRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& DeleteShareGroupOffsetsResponse::schema() {
  static constexpr auto kSpec = wire::message<DeleteShareGroupOffsetsResponse>(
      "DeleteShareGroupOffsetsResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
