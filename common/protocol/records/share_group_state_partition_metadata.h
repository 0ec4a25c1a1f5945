#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 15. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct ShareGroupStatePartitionMetadataKey {
  std::string group_id;

  static constexpr std::int16_t kKey = 15;
  static const wire::MessageSpec& schema();
};

struct ShareGroupStatePartitionMetadataValue {
  struct TopicPartitionsInfo {
    Uuid topic_id;
    std::string topic_name;
    std::vector<std::int32_t> partitions;
  };
  struct TopicInfo {
    Uuid topic_id;
    std::string topic_name;
  };
  std::vector<TopicPartitionsInfo> initializing_topics;
  std::vector<TopicPartitionsInfo> initialized_topics;
  std::vector<TopicInfo> deleting_topics;

  static constexpr std::int16_t kKey = 15;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
