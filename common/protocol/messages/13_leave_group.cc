#include "common/protocol/messages/13_leave_group.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(LeaveGroupRequest::Member, WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(group_instance_id, "GroupInstanceId", .nullable = kAlways),
            WIRE_FIELD(reason, "Reason", .present = since(5), .nullable = kAlways,
                       .ignorable = true));

WIRE_STRUCT(LeaveGroupRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId", .present = until(2)),
            WIRE_FIELD(members, "Members", .present = since(3)));

WIRE_STRUCT(LeaveGroupResponse::Member, WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(group_instance_id, "GroupInstanceId", .nullable = kAlways),
            WIRE_FIELD(error_code, "ErrorCode"));

WIRE_STRUCT(LeaveGroupResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(1), .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(members, "Members", .present = since(3)));

}  // namespace wire

const wire::MessageSpec& LeaveGroupRequest::schema() {
  static constexpr auto kSpec =
      wire::message<LeaveGroupRequest>("LeaveGroupRequest", wire::MessageType::kRequest, {0, 5}, 4);
  return kSpec;
}

const wire::MessageSpec& LeaveGroupResponse::schema() {
  static constexpr auto kSpec = wire::message<LeaveGroupResponse>(
      "LeaveGroupResponse", wire::MessageType::kResponse, {0, 5}, 4);
  return kSpec;
}

}  // namespace leat
