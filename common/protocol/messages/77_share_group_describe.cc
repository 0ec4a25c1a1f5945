#include "common/protocol/messages/77_share_group_describe.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ShareGroupDescribeRequest, WIRE_FIELD(group_ids, "GroupIds"),
            WIRE_FIELD(include_authorized_operations, "IncludeAuthorizedOperations"));

WIRE_STRUCT(ShareGroupDescribeResponse::TopicPartitions, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(topic_name, "TopicName"), WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ShareGroupDescribeResponse::Assignment,
            WIRE_FIELD(topic_partitions, "TopicPartitions"));

WIRE_STRUCT(ShareGroupDescribeResponse::Member, WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(rack_id, "RackId", .nullable = kAlways),
            WIRE_FIELD(member_epoch, "MemberEpoch"), WIRE_FIELD(client_id, "ClientId"),
            WIRE_FIELD(client_host, "ClientHost"),
            WIRE_FIELD(subscribed_topic_names, "SubscribedTopicNames"),
            WIRE_FIELD(assignment, "Assignment"));

WIRE_STRUCT(ShareGroupDescribeResponse::Group, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(group_id, "GroupId"), WIRE_FIELD(group_state, "GroupState"),
            WIRE_FIELD(group_epoch, "GroupEpoch"), WIRE_FIELD(assignment_epoch, "AssignmentEpoch"),
            WIRE_FIELD(assignor_name, "AssignorName"), WIRE_FIELD(members, "Members"),
            WIRE_FIELD(authorized_operations, "AuthorizedOperations"));

WIRE_STRUCT(ShareGroupDescribeResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(groups, "Groups"));

}  // namespace wire

const wire::MessageSpec& ShareGroupDescribeRequest::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupDescribeRequest>(
      "ShareGroupDescribeRequest", wire::MessageType::kRequest, {1, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& ShareGroupDescribeResponse::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupDescribeResponse>(
      "ShareGroupDescribeResponse", wire::MessageType::kResponse, {1, 1}, 0);
  return kSpec;
}

}  // namespace leat
