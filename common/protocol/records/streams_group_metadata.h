#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 17. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct StreamsGroupMetadataKey {
  std::string group_id;

  static constexpr std::int16_t kKey = 17;
  static const wire::MessageSpec& schema();
};

struct StreamsGroupMetadataValue {
  struct LastAssignmentConfig {
    std::string key;
    std::string value;
  };
  std::int32_t epoch = 0;
  std::int64_t metadata_hash = 0;
  std::int32_t validated_topology_epoch = -1;
  std::optional<std::vector<LastAssignmentConfig>> last_assignment_configs =
      std::vector<LastAssignmentConfig>{};

  static constexpr std::int16_t kKey = 17;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
