#include "common/protocol/messages/20_delete_topics.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DeleteTopicsRequest::Topic, WIRE_FIELD(name, "Name", .nullable = kAlways),
            WIRE_FIELD(topic_id, "TopicId"));

WIRE_STRUCT(DeleteTopicsRequest, WIRE_FIELD(topics, "Topics", .present = since(6)),
            WIRE_FIELD(topic_names, "TopicNames", .present = until(5), .ignorable = true),
            WIRE_FIELD(timeout_ms, "TimeoutMs"));

WIRE_STRUCT(DeleteTopicsResponse::Topic, WIRE_FIELD(name, "Name", .nullable = since(6)),
            WIRE_FIELD(topic_id, "TopicId", .present = since(6), .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .present = since(5), .nullable = kAlways,
                       .ignorable = true));

WIRE_STRUCT(DeleteTopicsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(responses, "Responses"));

}  // namespace wire

const wire::MessageSpec& DeleteTopicsRequest::schema() {
  static constexpr auto kSpec = wire::message<DeleteTopicsRequest>(
      "DeleteTopicsRequest", wire::MessageType::kRequest, {1, 6}, 4);
  return kSpec;
}

const wire::MessageSpec& DeleteTopicsResponse::schema() {
  static constexpr auto kSpec = wire::message<DeleteTopicsResponse>(
      "DeleteTopicsResponse", wire::MessageType::kResponse, {1, 6}, 4);
  return kSpec;
}

}  // namespace leat
