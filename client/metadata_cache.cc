#include "client/metadata_cache.h"

#include <algorithm>

namespace leat {
namespace {

TopicMetadataPtr make_topic(const MetadataResponse::Topic& topic,
                            const std::map<std::int32_t, Endpoint>& brokers, MonotonicTime now) {
  auto made = std::make_shared<TopicMetadata>();
  made->name = *topic.name;
  made->id = topic.topic_id;
  made->internal = topic.is_internal;
  made->learned = now;
  for (const MetadataResponse::Partition& partition : topic.partitions) {
    // Indexes run from 0 without gaps; a broker that says otherwise is answered with "no leader".
    const auto index = static_cast<std::size_t>(partition.partition_index);
    if (partition.partition_index < 0 || index >= topic.partitions.size()) continue;
    made->partitions.resize(std::max(made->partitions.size(), index + 1));
    PartitionMetadata& entry = made->partitions[index];
    entry.leader = partition.leader_id;
    entry.leader_epoch = partition.leader_epoch;
    entry.replicas = partition.replica_nodes;
    entry.in_sync = partition.isr_nodes;
  }
  for (std::size_t i = 0; i < made->partitions.size(); ++i)
    if (brokers.contains(made->partitions[i].leader))
      made->with_leader.push_back(static_cast<std::int32_t>(i));
  return made;
}

}  // namespace

void MetadataCache::update(const MetadataResponse& answer, MonotonicTime now) {
  if (!answer.brokers.empty()) brokers_.clear();
  for (const MetadataResponse::Broker& broker : answer.brokers)
    brokers_.emplace(broker.node_id,
                     Endpoint(broker.host, static_cast<std::uint16_t>(broker.port)));
  controller_ = answer.controller_id;
  cluster_id_ = answer.cluster_id.value_or("");
  for (const MetadataResponse::Topic& topic : answer.topics) {
    if (!topic.name) continue;
    if (topic.error_code == 0)
      topics_.insert_or_assign(*topic.name, make_topic(topic, brokers_, now));
    else topics_.erase(*topic.name);
  }
}

TopicMetadataPtr MetadataCache::find(std::string_view topic) const {
  const auto found = topics_.find(topic);
  return found == topics_.end() ? nullptr : found->second;
}

std::optional<std::int32_t> MetadataCache::leader(std::string_view topic,
                                                  std::int32_t partition) const {
  const TopicMetadataPtr known = find(topic);
  const auto index = static_cast<std::size_t>(partition);
  if (!known || partition < 0 || index >= known->partitions.size()) return std::nullopt;
  const std::int32_t leader = known->partitions[index].leader;
  if (leader < 0 || !brokers_.contains(leader)) return std::nullopt;
  return leader;
}

}  // namespace leat
