#include "common/protocol/records/consumer_group_current_member_assignment.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ConsumerGroupCurrentMemberAssignmentKey, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"));

WIRE_STRUCT(ConsumerGroupCurrentMemberAssignmentValue::TopicPartitions,
            WIRE_FIELD(topic_id, "TopicId"), WIRE_FIELD(partitions, "Partitions"),
            WIRE_FIELD(assignment_epochs, "AssignmentEpochs", .nullable = kAlways, .tag = 0));

WIRE_STRUCT(ConsumerGroupCurrentMemberAssignmentValue, WIRE_FIELD(member_epoch, "MemberEpoch"),
            WIRE_FIELD(previous_member_epoch, "PreviousMemberEpoch"), WIRE_FIELD(state, "State"),
            WIRE_FIELD(assigned_partitions, "AssignedPartitions"),
            WIRE_FIELD(partitions_pending_revocation, "PartitionsPendingRevocation"));

}  // namespace wire

const wire::MessageSpec& ConsumerGroupCurrentMemberAssignmentKey::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupCurrentMemberAssignmentKey>(
      "ConsumerGroupCurrentMemberAssignmentKey", wire::MessageType::kData, {0, 0},
      wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ConsumerGroupCurrentMemberAssignmentValue::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupCurrentMemberAssignmentValue>(
      "ConsumerGroupCurrentMemberAssignmentValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
