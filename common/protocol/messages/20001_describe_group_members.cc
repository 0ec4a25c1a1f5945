#include "common/protocol/messages/20001_describe_group_members.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeGroupMembersRequest, WIRE_FIELD(groups, "Groups"));

WIRE_STRUCT(DescribeGroupMembersResponse::Assigned, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DescribeGroupMembersResponse::Member, WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(instance_id, "InstanceId", .nullable = kAlways),
            WIRE_FIELD(client_id, "ClientId"), WIRE_FIELD(client_host, "ClientHost"),
            WIRE_FIELD(software_name, "SoftwareName"),
            WIRE_FIELD(software_version, "SoftwareVersion"),
            WIRE_FIELD(session_timeout_ms, "SessionTimeoutMs"),
            WIRE_FIELD(rebalance_timeout_ms, "RebalanceTimeoutMs"),
            WIRE_FIELD(since_heartbeat_ms, "SinceHeartbeatMs"),
            WIRE_FIELD(assignment, "Assignment", .nullable = kAlways));

WIRE_STRUCT(DescribeGroupMembersResponse::Rebalance, WIRE_FIELD(began_ms, "BeganMs"),
            WIRE_FIELD(took_ms, "TookMs"), WIRE_FIELD(completed, "Completed"),
            WIRE_FIELD(reason, "Reason"), WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(generation, "Generation"), WIRE_FIELD(members, "Members"));

WIRE_STRUCT(DescribeGroupMembersResponse::Group, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(group_id, "GroupId"), WIRE_FIELD(group_state, "GroupState"),
            WIRE_FIELD(protocol_type, "ProtocolType"),
            WIRE_FIELD(protocol_name, "ProtocolName", .nullable = kAlways),
            WIRE_FIELD(generation, "Generation"),
            WIRE_FIELD(leader_id, "LeaderId", .nullable = kAlways), WIRE_FIELD(members, "Members"),
            WIRE_FIELD(rebalances, "Rebalances"));

WIRE_STRUCT(DescribeGroupMembersResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(groups, "Groups"));

}  // namespace wire

const wire::MessageSpec& DescribeGroupMembersRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeGroupMembersRequest>(
      "DescribeGroupMembersRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& DescribeGroupMembersResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeGroupMembersResponse>(
      "DescribeGroupMembersResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
