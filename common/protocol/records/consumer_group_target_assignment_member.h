#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 7. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct ConsumerGroupTargetAssignmentMemberKey {
  std::string group_id;
  std::string member_id;

  static constexpr std::int16_t kKey = 7;
  static const wire::MessageSpec& schema();
};

struct ConsumerGroupTargetAssignmentMemberValue {
  struct TopicPartitions {
    Uuid topic_id;
    std::vector<std::int32_t> partitions;
  };
  std::vector<TopicPartitions> topic_partitions;

  static constexpr std::int16_t kKey = 7;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
