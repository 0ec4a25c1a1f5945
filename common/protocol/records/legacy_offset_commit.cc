#include "common/protocol/records/legacy_offset_commit.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(LegacyOffsetCommitKey, WIRE_FIELD(group, "group"), WIRE_FIELD(topic, "topic"),
            WIRE_FIELD(partition, "partition"));

WIRE_STRUCT(LegacyOffsetCommitValue, WIRE_FIELD(offset, "offset"), WIRE_FIELD(metadata, "metadata"),
            WIRE_FIELD(commit_timestamp, "commitTimestamp"));

}  // namespace wire

const wire::MessageSpec& LegacyOffsetCommitKey::schema() {
  static constexpr auto kSpec = wire::message<LegacyOffsetCommitKey>(
      "LegacyOffsetCommitKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& LegacyOffsetCommitValue::schema() {
  static constexpr auto kSpec = wire::message<LegacyOffsetCommitValue>(
      "LegacyOffsetCommitValue", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

}  // namespace leat
