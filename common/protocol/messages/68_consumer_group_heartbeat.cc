#include "common/protocol/messages/68_consumer_group_heartbeat.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ConsumerGroupHeartbeatRequest::TopicPartitions, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ConsumerGroupHeartbeatRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"), WIRE_FIELD(member_epoch, "MemberEpoch"),
            WIRE_FIELD(instance_id, "InstanceId", .nullable = kAlways),
            WIRE_FIELD(rack_id, "RackId", .nullable = kAlways),
            WIRE_FIELD(rebalance_timeout_ms, "RebalanceTimeoutMs"),
            WIRE_FIELD(subscribed_topic_names, "SubscribedTopicNames", .nullable = kAlways),
            WIRE_FIELD(subscribed_topic_regex, "SubscribedTopicRegex", .present = since(1),
                       .nullable = kAlways),
            WIRE_FIELD(server_assignor, "ServerAssignor", .nullable = kAlways),
            WIRE_FIELD(topic_partitions, "TopicPartitions", .nullable = kAlways));

WIRE_STRUCT(ConsumerGroupHeartbeatResponse::TopicPartitions, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ConsumerGroupHeartbeatResponse::Assignment,
            WIRE_FIELD(topic_partitions, "TopicPartitions"));

WIRE_STRUCT(ConsumerGroupHeartbeatResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(member_id, "MemberId", .nullable = kAlways),
            WIRE_FIELD(member_epoch, "MemberEpoch"),
            WIRE_FIELD(heartbeat_interval_ms, "HeartbeatIntervalMs"),
            WIRE_FIELD(assignment, "Assignment", .nullable = kAlways));

}  // namespace wire

const wire::MessageSpec& ConsumerGroupHeartbeatRequest::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupHeartbeatRequest>(
      "ConsumerGroupHeartbeatRequest", wire::MessageType::kRequest, {0, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& ConsumerGroupHeartbeatResponse::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupHeartbeatResponse>(
      "ConsumerGroupHeartbeatResponse", wire::MessageType::kResponse, {0, 1}, 0);
  return kSpec;
}

}  // namespace leat
