#include "common/protocol/messages/37_create_partitions.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(CreatePartitionsRequest::Assignment, WIRE_FIELD(broker_ids, "BrokerIds"));

WIRE_STRUCT(CreatePartitionsRequest::Topic, WIRE_FIELD(name, "Name"), WIRE_FIELD(count, "Count"),
            WIRE_FIELD(assignments, "Assignments", .nullable = kAlways));

WIRE_STRUCT(CreatePartitionsRequest, WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(timeout_ms, "TimeoutMs"), WIRE_FIELD(validate_only, "ValidateOnly"));

WIRE_STRUCT(CreatePartitionsResponse::Result, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(CreatePartitionsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& CreatePartitionsRequest::schema() {
  static constexpr auto kSpec = wire::message<CreatePartitionsRequest>(
      "CreatePartitionsRequest", wire::MessageType::kRequest, {0, 3}, 2);
  return kSpec;
}

const wire::MessageSpec& CreatePartitionsResponse::schema() {
  static constexpr auto kSpec = wire::message<CreatePartitionsResponse>(
      "CreatePartitionsResponse", wire::MessageType::kResponse, {0, 3}, 2);
  return kSpec;
}

}  // namespace leat
