#include "common/protocol/records/consumer_group_target_assignment_member.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ConsumerGroupTargetAssignmentMemberKey, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"));

WIRE_STRUCT(ConsumerGroupTargetAssignmentMemberValue::TopicPartitions,
            WIRE_FIELD(topic_id, "TopicId"), WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ConsumerGroupTargetAssignmentMemberValue,
            WIRE_FIELD(topic_partitions, "TopicPartitions"));

}  // namespace wire

const wire::MessageSpec& ConsumerGroupTargetAssignmentMemberKey::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupTargetAssignmentMemberKey>(
      "ConsumerGroupTargetAssignmentMemberKey", wire::MessageType::kData, {0, 0},
      wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ConsumerGroupTargetAssignmentMemberValue::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupTargetAssignmentMemberValue>(
      "ConsumerGroupTargetAssignmentMemberValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
