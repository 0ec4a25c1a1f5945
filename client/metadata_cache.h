#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/client_options.h"
#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/base/string_map.h"
#include "common/protocol/messages/03_metadata.h"

namespace leat {

class PartitionMetadata {
 public:
  std::int32_t leader = -1;  // node id; -1 while there is none
  std::int32_t leader_epoch = -1;
  std::vector<std::int32_t> replicas;
  std::vector<std::int32_t> in_sync;
};

// A topic as one answer described it; immutable and shared, so that it survives a refresh.
class TopicMetadata {
 public:
  std::string name;
  Uuid id;  // zero when the broker is too old to have ids
  bool internal = false;
  std::vector<PartitionMetadata> partitions;  // by partition index
  std::vector<std::int32_t> with_leader;      // the indexes of those that have one
  MonotonicTime learned;
};
using TopicMetadataPtr = std::shared_ptr<const TopicMetadata>;

// What the cluster said of itself. Pure; one thread at a time.
class MetadataCache {
 public:
  // Takes over brokers, cluster and every topic without an error; topics with one are forgotten.
  void update(const MetadataResponse& answer, MonotonicTime now);

  // Null when the topic is unknown.
  TopicMetadataPtr find(std::string_view topic) const;
  // The node that leads, nullopt when it is not known.
  std::optional<std::int32_t> leader(std::string_view topic, std::int32_t partition) const;
  // The next lookup has to ask: what is cached proved wrong.
  void forget(std::string_view topic) { topics_.erase(topic); }

  const std::map<std::int32_t, Endpoint>& brokers() const { return brokers_; }
  std::int32_t controller() const { return controller_; }  // -1: unknown
  const std::string& cluster_id() const { return cluster_id_; }

 private:
  StringMap<TopicMetadataPtr> topics_;
  std::map<std::int32_t, Endpoint> brokers_;
  std::int32_t controller_ = -1;
  std::string cluster_id_;
};

}  // namespace leat
