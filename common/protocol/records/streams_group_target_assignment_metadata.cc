#include "common/protocol/records/streams_group_target_assignment_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(StreamsGroupTargetAssignmentMetadataKey, WIRE_FIELD(group_id, "GroupId"));

WIRE_STRUCT(StreamsGroupTargetAssignmentMetadataValue,
            WIRE_FIELD(assignment_epoch, "AssignmentEpoch"),
            WIRE_FIELD(assignment_timestamp, "AssignmentTimestamp", .tag = 0, .ignorable = true));

}  // namespace wire

const wire::MessageSpec& StreamsGroupTargetAssignmentMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupTargetAssignmentMetadataKey>(
      "StreamsGroupTargetAssignmentMetadataKey", wire::MessageType::kData, {0, 0},
      wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& StreamsGroupTargetAssignmentMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupTargetAssignmentMetadataValue>(
      "StreamsGroupTargetAssignmentMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
