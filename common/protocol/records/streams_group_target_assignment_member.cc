#include "common/protocol/records/streams_group_target_assignment_member.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(StreamsGroupTargetAssignmentMemberKey, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"));

WIRE_STRUCT(StreamsGroupTargetAssignmentMemberValue::TaskIds,
            WIRE_FIELD(subtopology_id, "SubtopologyId"), WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(StreamsGroupTargetAssignmentMemberValue, WIRE_FIELD(active_tasks, "ActiveTasks"),
            WIRE_FIELD(standby_tasks, "StandbyTasks"), WIRE_FIELD(warmup_tasks, "WarmupTasks"));

}  // namespace wire

const wire::MessageSpec& StreamsGroupTargetAssignmentMemberKey::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupTargetAssignmentMemberKey>(
      "StreamsGroupTargetAssignmentMemberKey", wire::MessageType::kData, {0, 0},
      wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& StreamsGroupTargetAssignmentMemberValue::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupTargetAssignmentMemberValue>(
      "StreamsGroupTargetAssignmentMemberValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
