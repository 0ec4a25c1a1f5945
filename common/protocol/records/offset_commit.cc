#include "common/protocol/records/offset_commit.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(OffsetCommitKey, WIRE_FIELD(group, "group"), WIRE_FIELD(topic, "topic"),
            WIRE_FIELD(partition, "partition"));

WIRE_STRUCT(OffsetCommitValue, WIRE_FIELD(offset, "offset"),
            WIRE_FIELD(leader_epoch, "leaderEpoch", .present = since(3), .ignorable = true),
            WIRE_FIELD(metadata, "metadata"), WIRE_FIELD(commit_timestamp, "commitTimestamp"),
            WIRE_FIELD(expire_timestamp, "expireTimestamp", .present = only(1), .ignorable = true),
            WIRE_FIELD(topic_id, "topicId", .present = since(4), .tag = 0, .ignorable = true));

}  // namespace wire

const wire::MessageSpec& OffsetCommitKey::schema() {
  static constexpr auto kSpec = wire::message<OffsetCommitKey>(
      "OffsetCommitKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& OffsetCommitValue::schema() {
  static constexpr auto kSpec =
      wire::message<OffsetCommitValue>("OffsetCommitValue", wire::MessageType::kData, {0, 4}, 4);
  return kSpec;
}

}  // namespace leat
