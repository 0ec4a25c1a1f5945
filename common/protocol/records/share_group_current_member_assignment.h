#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 14. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct ShareGroupCurrentMemberAssignmentKey {
  std::string group_id;
  std::string member_id;

  static constexpr std::int16_t kKey = 14;
  static const wire::MessageSpec& schema();
};

struct ShareGroupCurrentMemberAssignmentValue {
  struct TopicPartitions {
    Uuid topic_id;
    std::vector<std::int32_t> partitions;
  };
  std::int32_t member_epoch = 0;
  std::int32_t previous_member_epoch = 0;
  std::int8_t state = 0;
  std::vector<TopicPartitions> assigned_partitions;

  static constexpr std::int16_t kKey = 14;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
