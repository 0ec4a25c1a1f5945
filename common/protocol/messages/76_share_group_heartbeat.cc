#include "common/protocol/messages/76_share_group_heartbeat.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ShareGroupHeartbeatRequest, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"), WIRE_FIELD(member_epoch, "MemberEpoch"),
            WIRE_FIELD(rack_id, "RackId", .nullable = kAlways),
            WIRE_FIELD(subscribed_topic_names, "SubscribedTopicNames", .nullable = kAlways));

WIRE_STRUCT(ShareGroupHeartbeatResponse::TopicPartitions, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ShareGroupHeartbeatResponse::Assignment,
            WIRE_FIELD(topic_partitions, "TopicPartitions"));

WIRE_STRUCT(ShareGroupHeartbeatResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(member_id, "MemberId", .nullable = kAlways),
            WIRE_FIELD(member_epoch, "MemberEpoch"),
            WIRE_FIELD(heartbeat_interval_ms, "HeartbeatIntervalMs"),
            WIRE_FIELD(assignment, "Assignment", .nullable = kAlways));

}  // namespace wire

const wire::MessageSpec& ShareGroupHeartbeatRequest::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupHeartbeatRequest>(
      "ShareGroupHeartbeatRequest", wire::MessageType::kRequest, {1, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& ShareGroupHeartbeatResponse::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupHeartbeatResponse>(
      "ShareGroupHeartbeatResponse", wire::MessageType::kResponse, {1, 1}, 0);
  return kSpec;
}

}  // namespace leat
