#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 1. The key begins with the type, the value (versions 0-4,
// flexible since 4) with its version, each in two bytes.
//   Value
//     v1: adds expireTimestamp
//     v2: drops expireTimestamp
//     v3: adds leaderEpoch
//     v4: adds topicId
namespace leat {

struct OffsetCommitKey {
  std::string group;
  std::string topic;
  std::int32_t partition = 0;

  static constexpr std::int16_t kKey = 1;
  static const wire::MessageSpec& schema();
};

struct OffsetCommitValue {
  std::int64_t offset = 0;
  std::int32_t leader_epoch = -1;
  std::string metadata;
  std::int64_t commit_timestamp = 0;
  std::int64_t expire_timestamp = -1;
  Uuid topic_id;

  static constexpr std::int16_t kKey = 1;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
