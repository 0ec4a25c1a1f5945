#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 3. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct ConsumerGroupMetadataKey {
  std::string group_id;

  static constexpr std::int16_t kKey = 3;
  static const wire::MessageSpec& schema();
};

struct ConsumerGroupMetadataValue {
  std::int32_t epoch = 0;
  std::int64_t metadata_hash = 0;

  static constexpr std::int16_t kKey = 3;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
