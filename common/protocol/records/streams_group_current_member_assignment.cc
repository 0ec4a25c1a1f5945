#include "common/protocol/records/streams_group_current_member_assignment.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(StreamsGroupCurrentMemberAssignmentKey, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"));

WIRE_STRUCT(StreamsGroupCurrentMemberAssignmentValue::TaskIds,
            WIRE_FIELD(subtopology_id, "SubtopologyId"), WIRE_FIELD(partitions, "Partitions"),
            WIRE_FIELD(assignment_epochs, "AssignmentEpochs", .nullable = kAlways, .tag = 0));

WIRE_STRUCT(StreamsGroupCurrentMemberAssignmentValue, WIRE_FIELD(member_epoch, "MemberEpoch"),
            WIRE_FIELD(previous_member_epoch, "PreviousMemberEpoch"), WIRE_FIELD(state, "State"),
            WIRE_FIELD(active_tasks, "ActiveTasks"), WIRE_FIELD(standby_tasks, "StandbyTasks"),
            WIRE_FIELD(warmup_tasks, "WarmupTasks"),
            WIRE_FIELD(active_tasks_pending_revocation, "ActiveTasksPendingRevocation"),
            WIRE_FIELD(standby_tasks_pending_revocation, "StandbyTasksPendingRevocation"),
            WIRE_FIELD(warmup_tasks_pending_revocation, "WarmupTasksPendingRevocation"));

}  // namespace wire

const wire::MessageSpec& StreamsGroupCurrentMemberAssignmentKey::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupCurrentMemberAssignmentKey>(
      "StreamsGroupCurrentMemberAssignmentKey", wire::MessageType::kData, {0, 0},
      wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& StreamsGroupCurrentMemberAssignmentValue::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupCurrentMemberAssignmentValue>(
      "StreamsGroupCurrentMemberAssignmentValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
