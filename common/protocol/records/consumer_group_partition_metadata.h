#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 4. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct ConsumerGroupPartitionMetadataKey {
  std::string group_id;

  static constexpr std::int16_t kKey = 4;
  static const wire::MessageSpec& schema();
};

struct ConsumerGroupPartitionMetadataValue {
  struct PartitionMetadata {
    std::int32_t partition = 0;
    std::vector<std::string> racks;
  };
  struct Topic {
    Uuid topic_id;
    std::string topic_name;
    std::int32_t num_partitions = 0;
    std::vector<PartitionMetadata> partition_metadata;
  };
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 4;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
