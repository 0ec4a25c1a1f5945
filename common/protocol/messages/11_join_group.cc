#include "common/protocol/messages/11_join_group.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(JoinGroupRequest::Protocol, WIRE_FIELD(name, "Name"), WIRE_FIELD(metadata, "Metadata"));

WIRE_STRUCT(
    JoinGroupRequest, WIRE_FIELD(group_id, "GroupId"),
    WIRE_FIELD(session_timeout_ms, "SessionTimeoutMs"),
    WIRE_FIELD(rebalance_timeout_ms, "RebalanceTimeoutMs", .present = since(1), .ignorable = true),
    WIRE_FIELD(member_id, "MemberId"),
    WIRE_FIELD(group_instance_id, "GroupInstanceId", .present = since(5), .nullable = kAlways),
    WIRE_FIELD(protocol_type, "ProtocolType"), WIRE_FIELD(protocols, "Protocols"),
    WIRE_FIELD(reason, "Reason", .present = since(8), .nullable = kAlways, .ignorable = true));

WIRE_STRUCT(JoinGroupResponse::Member, WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(group_instance_id, "GroupInstanceId", .present = since(5),
                       .nullable = kAlways, .ignorable = true),
            WIRE_FIELD(metadata, "Metadata"));

WIRE_STRUCT(JoinGroupResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(2), .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"), WIRE_FIELD(generation_id, "GenerationId"),
            WIRE_FIELD(protocol_type, "ProtocolType", .present = since(7), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(protocol_name, "ProtocolName", .nullable = since(7)),
            WIRE_FIELD(leader, "Leader"),
            WIRE_FIELD(skip_assignment, "SkipAssignment", .present = since(9)),
            WIRE_FIELD(member_id, "MemberId"), WIRE_FIELD(members, "Members"));

}  // namespace wire

const wire::MessageSpec& JoinGroupRequest::schema() {
  static constexpr auto kSpec =
      wire::message<JoinGroupRequest>("JoinGroupRequest", wire::MessageType::kRequest, {0, 9}, 6);
  return kSpec;
}

const wire::MessageSpec& JoinGroupResponse::schema() {
  static constexpr auto kSpec = wire::message<JoinGroupResponse>(
      "JoinGroupResponse", wire::MessageType::kResponse, {0, 9}, 6);
  return kSpec;
}

}  // namespace leat
