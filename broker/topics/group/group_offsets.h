#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/string_map.h"

namespace leat::topics {

// What a consumer committed for one partition.
struct CommittedOffset {
  std::int64_t offset = -1;
  std::int32_t leader_epoch = -1;
  std::string metadata;
  std::int64_t commit_ms = 0;
  Uuid topic_id;  // zero in records of older brokers
};

struct TopicPartitionName {
  std::string topic;
  std::int32_t partition = 0;
  bool operator==(const TopicPartitionName&) const = default;
};

// The committed offsets of one group. A change is `staged` when its record is appended and
// `applied` once that is stable: until then readers see what was before, so that nobody acts on an
// offset that a power cut takes back. Changes of a group are applied in the order in which they
// were staged. One thread at a time.
class GroupOffsets {
 public:
  void stage(const TopicPartitionName& key);
  // nullopt: deleted. `kept` false: the record was not written, the old value stays.
  void apply(const TopicPartitionName& key, std::optional<CommittedOffset> value, bool kept = true);

  // nullptr: nothing committed.
  const CommittedOffset* find(std::string_view topic, std::int32_t partition) const;
  // Nothing committed and nothing on its way.
  bool empty() const { return topics_.empty(); }
  // Every partition that has an offset or one on its way: what deleting the group must name.
  std::vector<TopicPartitionName> keys() const;
  std::vector<TopicPartitionName> keys_of(std::string_view topic) const;

  // For each committed offset: call(topic, partition, value).
  template <class Call>
  void for_each(Call call) const {
    for (const auto& [topic, partitions] : topics_) {
      for (const auto& [partition, entry] : partitions) {
        if (entry.value) call(topic, partition, *entry.value);
      }
    }
  }

 private:
  struct Entry {
    std::optional<CommittedOffset> value;
    std::int32_t staged = 0;
  };
  using Partitions = absl::flat_hash_map<std::int32_t, Entry>;
  StringMap<Partitions> topics_;
};

}  // namespace leat::topics
