#pragma once

#include <optional>
#include <string>
#include <variant>

#include "broker/topics/group/group_offsets.h"
#include "common/base/bytes.h"
#include "common/base/status.h"
#include "common/protocol/records/group_metadata.h"

// The records of __consumer_offsets, in Kafka's schemas, so that Kafka's tools read ours and we
// read Kafka's.
namespace leat::topics {

// No value: a tombstone.
struct InternalRecord {
  Bytes key;
  std::optional<Bytes> value;
};

InternalRecord offset_record(const std::string& group, const TopicPartitionName& key,
                             const CommittedOffset& value);
InternalRecord offset_tombstone(const std::string& group, const TopicPartitionName& key);
// invalid_argument: a string of the group is longer than the format allows.
StatusOr<InternalRecord> group_record(const std::string& group, const GroupMetadataValue& value);
InternalRecord group_tombstone(const std::string& group);

struct OffsetChange {
  std::string group;
  TopicPartitionName key;
  std::optional<CommittedOffset> value;
};
struct GroupChange {
  std::string group;
  std::optional<GroupMetadataValue> value;
};
// monostate: a record of another protocol (KIP-848, share groups), which is left alone.
using ReadRecord = std::variant<std::monostate, OffsetChange, GroupChange>;
StatusOr<ReadRecord> read_record(ByteView key, std::optional<ByteView> value);

}  // namespace leat::topics
