#include "common/protocol/messages/69_consumer_group_describe.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ConsumerGroupDescribeRequest, WIRE_FIELD(group_ids, "GroupIds"),
            WIRE_FIELD(include_authorized_operations, "IncludeAuthorizedOperations"));

WIRE_STRUCT(ConsumerGroupDescribeResponse::TopicPartitions, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(topic_name, "TopicName"), WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ConsumerGroupDescribeResponse::Assignment,
            WIRE_FIELD(topic_partitions, "TopicPartitions"));

WIRE_STRUCT(ConsumerGroupDescribeResponse::Member, WIRE_FIELD(member_id, "MemberId"),
            WIRE_FIELD(instance_id, "InstanceId", .nullable = kAlways),
            WIRE_FIELD(rack_id, "RackId", .nullable = kAlways),
            WIRE_FIELD(member_epoch, "MemberEpoch"), WIRE_FIELD(client_id, "ClientId"),
            WIRE_FIELD(client_host, "ClientHost"),
            WIRE_FIELD(subscribed_topic_names, "SubscribedTopicNames"),
            WIRE_FIELD(subscribed_topic_regex, "SubscribedTopicRegex", .nullable = kAlways),
            WIRE_FIELD(assignment, "Assignment"), WIRE_FIELD(target_assignment, "TargetAssignment"),
            WIRE_FIELD(member_type, "MemberType", .present = since(1), .ignorable = true));

WIRE_STRUCT(ConsumerGroupDescribeResponse::Group, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(group_id, "GroupId"), WIRE_FIELD(group_state, "GroupState"),
            WIRE_FIELD(group_epoch, "GroupEpoch"), WIRE_FIELD(assignment_epoch, "AssignmentEpoch"),
            WIRE_FIELD(assignor_name, "AssignorName"), WIRE_FIELD(members, "Members"),
            WIRE_FIELD(authorized_operations, "AuthorizedOperations"));

WIRE_STRUCT(ConsumerGroupDescribeResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(groups, "Groups"));

}  // namespace wire

const wire::MessageSpec& ConsumerGroupDescribeRequest::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupDescribeRequest>(
      "ConsumerGroupDescribeRequest", wire::MessageType::kRequest, {0, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& ConsumerGroupDescribeResponse::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupDescribeResponse>(
      "ConsumerGroupDescribeResponse", wire::MessageType::kResponse, {0, 1}, 0);
  return kSpec;
}

}  // namespace leat
