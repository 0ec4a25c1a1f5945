#include "common/protocol/records/share_group_target_assignment_member.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ShareGroupTargetAssignmentMemberKey, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"));

WIRE_STRUCT(ShareGroupTargetAssignmentMemberValue::TopicPartitions, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ShareGroupTargetAssignmentMemberValue, WIRE_FIELD(topic_partitions, "TopicPartitions"));

}  // namespace wire

const wire::MessageSpec& ShareGroupTargetAssignmentMemberKey::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupTargetAssignmentMemberKey>(
      "ShareGroupTargetAssignmentMemberKey", wire::MessageType::kData, {0, 0},
      wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ShareGroupTargetAssignmentMemberValue::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupTargetAssignmentMemberValue>(
      "ShareGroupTargetAssignmentMemberValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
