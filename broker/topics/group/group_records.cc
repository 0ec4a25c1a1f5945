#include "broker/topics/group/group_records.h"

#include "common/base/check.h"
#include "common/protocol/codec.h"
#include "common/protocol/records/legacy_offset_commit.h"
#include "common/protocol/records/offset_commit.h"

namespace leat::topics {
namespace {

// The topic id came with version 4 (Kafka 4.1); 4.0 reads the record as far as it knows it.
constexpr wire::Version kOffsetVersion = 4;
// The newest that is not flexible: what Kafka writes.
constexpr wire::Version kGroupVersion = 3;

// The first two bytes of a key say the kind of record, not a version; keys have one version.
constexpr wire::Version kKeyVersion = 0;

template <class Key>
Bytes write_key(const Key& key) {
  wire::Encoder out;
  out.int16(Key::kKey);
  const Status s = wire::encode(key, kKeyVersion, out);
  LEAT_CHECK(s.ok());  // its names came out of a request, which has the same limits
  return out.take_bytes();
}

template <class Key>
StatusOr<Key> read_key(ByteView key) {
  return wire::decode<Key>(key.subspan(2), kKeyVersion);
}

Bytes offset_key(const std::string& group, const TopicPartitionName& at) {
  OffsetCommitKey key;
  key.group = group;
  key.topic = at.topic;
  key.partition = at.partition;
  return write_key(key);
}

Bytes group_key(const std::string& group) {
  GroupMetadataKey key;
  key.group = group;
  return write_key(key);
}

StatusOr<CommittedOffset> read_offset(ByteView value) {
  ASSIGN_OR_RETURN(auto read, wire::decode_versioned<OffsetCommitValue>(value, true));
  return CommittedOffset{read.offset, read.leader_epoch, std::move(read.metadata),
                         read.commit_timestamp, read.topic_id};
}

}  // namespace

InternalRecord offset_record(const std::string& group, const TopicPartitionName& key,
                             const CommittedOffset& value) {
  OffsetCommitValue out;
  out.offset = value.offset;
  out.leader_epoch = value.leader_epoch;
  out.metadata = value.metadata;
  out.commit_timestamp = value.commit_ms;
  out.topic_id = value.topic_id;
  auto bytes = wire::encode_versioned(out, kOffsetVersion);
  LEAT_CHECK(bytes.ok());
  return {offset_key(group, key), *std::move(bytes)};
}

InternalRecord offset_tombstone(const std::string& group, const TopicPartitionName& key) {
  return {offset_key(group, key), std::nullopt};
}

StatusOr<InternalRecord> group_record(const std::string& group, const GroupMetadataValue& value) {
  ASSIGN_OR_RETURN(Bytes bytes, wire::encode_versioned(value, kGroupVersion));
  return InternalRecord{group_key(group), std::move(bytes)};
}

InternalRecord group_tombstone(const std::string& group) {
  return {group_key(group), std::nullopt};
}

StatusOr<ReadRecord> read_record(ByteView key, std::optional<ByteView> value) {
  if (key.size() < 2) return corruption("a record's key has no type");
  switch (load_be<std::int16_t>(key.data())) {
    case LegacyOffsetCommitKey::kKey:
    case OffsetCommitKey::kKey: {
      // Both kinds of key have the same fields.
      ASSIGN_OR_RETURN(auto read, read_key<OffsetCommitKey>(key));
      OffsetChange change{std::move(read.group), {std::move(read.topic), read.partition}, {}};
      if (value) {
        ASSIGN_OR_RETURN(change.value, read_offset(*value));
      }
      return ReadRecord(std::move(change));
    }
    case GroupMetadataKey::kKey: {
      ASSIGN_OR_RETURN(auto read, read_key<GroupMetadataKey>(key));
      GroupChange change{std::move(read.group), {}};
      if (value) {
        ASSIGN_OR_RETURN(change.value, wire::decode_versioned<GroupMetadataValue>(*value, true));
      }
      return ReadRecord(std::move(change));
    }
    default:
      return ReadRecord();
  }
}

}  // namespace leat::topics
