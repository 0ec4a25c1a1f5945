#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 12. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct ShareGroupTargetAssignmentMetadataKey {
  std::string group_id;

  static constexpr std::int16_t kKey = 12;
  static const wire::MessageSpec& schema();
};

struct ShareGroupTargetAssignmentMetadataValue {
  std::int32_t assignment_epoch = 0;
  std::int64_t assignment_timestamp = 0;

  static constexpr std::int16_t kKey = 12;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
