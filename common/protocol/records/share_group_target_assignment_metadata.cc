#include "common/protocol/records/share_group_target_assignment_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ShareGroupTargetAssignmentMetadataKey, WIRE_FIELD(group_id, "GroupId"));

WIRE_STRUCT(ShareGroupTargetAssignmentMetadataValue,
            WIRE_FIELD(assignment_epoch, "AssignmentEpoch"),
            WIRE_FIELD(assignment_timestamp, "AssignmentTimestamp", .tag = 0, .ignorable = true));

}  // namespace wire

const wire::MessageSpec& ShareGroupTargetAssignmentMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupTargetAssignmentMetadataKey>(
      "ShareGroupTargetAssignmentMetadataKey", wire::MessageType::kData, {0, 0},
      wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ShareGroupTargetAssignmentMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupTargetAssignmentMetadataValue>(
      "ShareGroupTargetAssignmentMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
