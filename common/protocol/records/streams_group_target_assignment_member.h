#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 21. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct StreamsGroupTargetAssignmentMemberKey {
  std::string group_id;
  std::string member_id;

  static constexpr std::int16_t kKey = 21;
  static const wire::MessageSpec& schema();
};

struct StreamsGroupTargetAssignmentMemberValue {
  struct TaskIds {
    std::string subtopology_id;
    std::vector<std::int32_t> partitions;
  };
  std::vector<TaskIds> active_tasks;
  std::vector<TaskIds> standby_tasks;
  std::vector<TaskIds> warmup_tasks;

  static constexpr std::int16_t kKey = 21;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
