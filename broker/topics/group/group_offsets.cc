#include "broker/topics/group/group_offsets.h"

namespace leat::topics {

void GroupOffsets::stage(const TopicPartitionName& key) {
  ++topics_[key.topic][key.partition].staged;
}

void GroupOffsets::apply(const TopicPartitionName& key, std::optional<CommittedOffset> value,
                         bool kept) {
  auto& partitions = topics_[key.topic];
  Entry& entry = partitions[key.partition];
  if (entry.staged > 0) --entry.staged;
  if (kept) entry.value = std::move(value);
  if (entry.value || entry.staged > 0) return;
  partitions.erase(key.partition);
  if (partitions.empty()) topics_.erase(key.topic);
}

const CommittedOffset* GroupOffsets::find(std::string_view topic, std::int32_t partition) const {
  const auto partitions = topics_.find(topic);
  if (partitions == topics_.end()) return nullptr;
  const auto entry = partitions->second.find(partition);
  if (entry == partitions->second.end() || !entry->second.value) return nullptr;
  return &*entry->second.value;
}

std::vector<TopicPartitionName> GroupOffsets::keys() const {
  std::vector<TopicPartitionName> all;
  for (const auto& [topic, partitions] : topics_) {
    for (const auto& [partition, entry] : partitions) all.push_back({topic, partition});
  }
  return all;
}

std::vector<TopicPartitionName> GroupOffsets::keys_of(std::string_view topic) const {
  std::vector<TopicPartitionName> found;
  const auto partitions = topics_.find(topic);
  if (partitions == topics_.end()) return found;
  for (const auto& [partition, entry] : partitions->second)
    found.push_back({partitions->first, partition});
  return found;
}

}  // namespace leat::topics
