#include "common/protocol/messages/12_heartbeat.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(HeartbeatRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(generation_id, "GenerationId"), WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(group_instance_id, "GroupInstanceId", .present = since(3),
                       .nullable = kAlways));

WIRE_STRUCT(HeartbeatResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(1), .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"));

}  // namespace wire

const wire::MessageSpec& HeartbeatRequest::schema() {
  static constexpr auto kSpec =
      wire::message<HeartbeatRequest>("HeartbeatRequest", wire::MessageType::kRequest, {0, 4}, 4);
  return kSpec;
}

const wire::MessageSpec& HeartbeatResponse::schema() {
  static constexpr auto kSpec = wire::message<HeartbeatResponse>(
      "HeartbeatResponse", wire::MessageType::kResponse, {0, 4}, 4);
  return kSpec;
}

}  // namespace leat
