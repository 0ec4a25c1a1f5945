#include "common/protocol/records/consumer_group_target_assignment_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ConsumerGroupTargetAssignmentMetadataKey, WIRE_FIELD(group_id, "GroupId"));

WIRE_STRUCT(ConsumerGroupTargetAssignmentMetadataValue,
            WIRE_FIELD(assignment_epoch, "AssignmentEpoch"),
            WIRE_FIELD(assignment_timestamp, "AssignmentTimestamp", .tag = 0, .ignorable = true));

}  // namespace wire

const wire::MessageSpec& ConsumerGroupTargetAssignmentMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupTargetAssignmentMetadataKey>(
      "ConsumerGroupTargetAssignmentMetadataKey", wire::MessageType::kData, {0, 0},
      wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ConsumerGroupTargetAssignmentMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupTargetAssignmentMetadataValue>(
      "ConsumerGroupTargetAssignmentMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
