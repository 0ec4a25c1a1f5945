#include "common/protocol/records/share_group_current_member_assignment.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ShareGroupCurrentMemberAssignmentKey, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"));

WIRE_STRUCT(ShareGroupCurrentMemberAssignmentValue::TopicPartitions,
            WIRE_FIELD(topic_id, "TopicId"), WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ShareGroupCurrentMemberAssignmentValue, WIRE_FIELD(member_epoch, "MemberEpoch"),
            WIRE_FIELD(previous_member_epoch, "PreviousMemberEpoch"), WIRE_FIELD(state, "State"),
            WIRE_FIELD(assigned_partitions, "AssignedPartitions"));

}  // namespace wire

const wire::MessageSpec& ShareGroupCurrentMemberAssignmentKey::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupCurrentMemberAssignmentKey>(
      "ShareGroupCurrentMemberAssignmentKey", wire::MessageType::kData, {0, 0},
      wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ShareGroupCurrentMemberAssignmentValue::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupCurrentMemberAssignmentValue>(
      "ShareGroupCurrentMemberAssignmentValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
