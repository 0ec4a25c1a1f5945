#include "common/protocol/messages/14_sync_group.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(SyncGroupRequest::Assignment, WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(assignment, "Assignment"));

WIRE_STRUCT(SyncGroupRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(generation_id, "GenerationId"), WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(group_instance_id, "GroupInstanceId", .present = since(3),
                       .nullable = kAlways),
            WIRE_FIELD(protocol_type, "ProtocolType", .present = since(5), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(protocol_name, "ProtocolName", .present = since(5), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(assignments, "Assignments"));

WIRE_STRUCT(SyncGroupResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(1), .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(protocol_type, "ProtocolType", .present = since(5), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(protocol_name, "ProtocolName", .present = since(5), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(assignment, "Assignment"));

}  // namespace wire

const wire::MessageSpec& SyncGroupRequest::schema() {
  static constexpr auto kSpec =
      wire::message<SyncGroupRequest>("SyncGroupRequest", wire::MessageType::kRequest, {0, 5}, 4);
  return kSpec;
}

const wire::MessageSpec& SyncGroupResponse::schema() {
  static constexpr auto kSpec = wire::message<SyncGroupResponse>(
      "SyncGroupResponse", wire::MessageType::kResponse, {0, 5}, 4);
  return kSpec;
}

}  // namespace leat
