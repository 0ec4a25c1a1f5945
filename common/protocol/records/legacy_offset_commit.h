#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 0. The key begins with the type, the value (versions 0,
// flexible never) with its version, each in two bytes.
namespace leat {

struct LegacyOffsetCommitKey {
  std::string group;
  std::string topic;
  std::int32_t partition = 0;

  static constexpr std::int16_t kKey = 0;
  static const wire::MessageSpec& schema();
};

struct LegacyOffsetCommitValue {
  std::int64_t offset = 0;
  std::string metadata;
  std::int64_t commit_timestamp = 0;

  static constexpr std::int16_t kKey = 0;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
