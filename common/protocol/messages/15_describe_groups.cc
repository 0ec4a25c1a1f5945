#include "common/protocol/messages/15_describe_groups.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeGroupsRequest, WIRE_FIELD(groups, "Groups"),
            WIRE_FIELD(include_authorized_operations, "IncludeAuthorizedOperations",
                       .present = since(3)));

WIRE_STRUCT(DescribeGroupsResponse::Member, WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(group_instance_id, "GroupInstanceId", .present = since(4),
                       .nullable = kAlways, .ignorable = true),
            WIRE_FIELD(client_id, "ClientId"), WIRE_FIELD(client_host, "ClientHost"),
            WIRE_FIELD(member_metadata, "MemberMetadata"),
            WIRE_FIELD(member_assignment, "MemberAssignment"));

WIRE_STRUCT(DescribeGroupsResponse::Group, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .present = since(6), .nullable = kAlways),
            WIRE_FIELD(group_id, "GroupId"), WIRE_FIELD(group_state, "GroupState"),
            WIRE_FIELD(protocol_type, "ProtocolType"), WIRE_FIELD(protocol_data, "ProtocolData"),
            WIRE_FIELD(members, "Members"),
            WIRE_FIELD(authorized_operations, "AuthorizedOperations", .present = since(3)));

WIRE_STRUCT(DescribeGroupsResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(1), .ignorable = true),
            WIRE_FIELD(groups, "Groups"));

}  // namespace wire

const wire::MessageSpec& DescribeGroupsRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeGroupsRequest>(
      "DescribeGroupsRequest", wire::MessageType::kRequest, {0, 6}, 5);
  return kSpec;
}

const wire::MessageSpec& DescribeGroupsResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeGroupsResponse>(
      "DescribeGroupsResponse", wire::MessageType::kResponse, {0, 6}, 5);
  return kSpec;
}

}  // namespace leat
