#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 22. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct StreamsGroupCurrentMemberAssignmentKey {
  std::string group_id;
  std::string member_id;

  static constexpr std::int16_t kKey = 22;
  static const wire::MessageSpec& schema();
};

struct StreamsGroupCurrentMemberAssignmentValue {
  struct TaskIds {
    std::string subtopology_id;
    std::vector<std::int32_t> partitions;
    std::optional<std::vector<std::int32_t>> assignment_epochs = std::vector<std::int32_t>{};
  };
  std::int32_t member_epoch = 0;
  std::int32_t previous_member_epoch = 0;
  std::int8_t state = 0;
  std::vector<TaskIds> active_tasks;
  std::vector<TaskIds> standby_tasks;
  std::vector<TaskIds> warmup_tasks;
  std::vector<TaskIds> active_tasks_pending_revocation;
  std::vector<TaskIds> standby_tasks_pending_revocation;
  std::vector<TaskIds> warmup_tasks_pending_revocation;

  static constexpr std::int16_t kKey = 22;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
