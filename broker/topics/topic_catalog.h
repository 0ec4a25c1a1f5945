#pragma once

#include <absl/container/flat_hash_map.h>

#include <memory>
#include <string>
#include <vector>

#include "broker/meta/meta_store.h"
#include "broker/options/broker_config.h"
#include "broker/options/topic_options.h"
#include "broker/topics/partition.h"
#include "common/base/mutex.h"
#include "common/base/random.h"
#include "common/base/string_map.h"

namespace leat::topics {

// One topic as it is at one instant; a change makes a new one that shares the partitions.
struct Topic {
  std::string name;
  Uuid id;
  bool internal = false;
  TopicOverrides overrides;
  std::shared_ptr<const TopicOptions> options;
  std::vector<std::shared_ptr<Partition>> partitions;

  // nullptr when there is no such partition.
  const std::shared_ptr<Partition>* partition(std::int32_t index) const {
    if (index < 0 || static_cast<std::size_t>(index) >= partitions.size()) return nullptr;
    return &partitions[static_cast<std::size_t>(index)];
  }
};

// All topics at one instant. Immutable; readers keep it as long as they like.
struct CatalogImage {
  StringMap<std::shared_ptr<const Topic>> by_name;
  absl::flat_hash_map<Uuid, std::shared_ptr<const Topic>> by_id;

  std::shared_ptr<const Topic> find(std::string_view name) const;
  std::shared_ptr<const Topic> find(const Uuid& id) const;
  std::size_t partition_count = 0;
};

struct CatalogError {
  ErrorCode code = ErrorCode::kNone;
  std::string message;
  bool ok() const { return code == ErrorCode::kNone; }
};

struct NewTopic {
  std::string name;
  std::int32_t partitions = 1;
  TopicOverrides overrides;
  TopicKind kind = TopicKind::kUser;
};

inline constexpr std::size_t kMaxTopicName = 249;  // bytes

// nullopt when `name` may be a topic's; else why not ("Topic name is invalid: ...", Kafka's rules:
// 1 to 249 of [a-zA-Z0-9._-], not "." or "..").
std::optional<std::string> topic_name_fault(std::string_view name);
// The internal topics that exist in Kafka.
bool is_internal_topic(std::string_view name);

// Which topics exist: a fold of the metadata store. Changes block until they are stable and are made
// on workers; reading is any thread's. A partition's directory appears at its first append.
class TopicCatalog {
 public:
  static constexpr std::int32_t kMaxPartitionsPerTopic = 10'000;

  TopicCatalog(meta::MetaStore& store, const PartitionContext& context, std::string data_directory,
               std::uint64_t seed);

  // Builds the image from the store and finishes deletions that a crash interrupted. `broker`: the
  // defaults that topics follow.
  Status load(const BrokerOptions& broker);

  std::shared_ptr<const CatalogImage> image() const;

  // Whether a topic of that name could be created now.
  CatalogError check(std::string_view name);
  CatalogError create(const NewTopic& topic, const BrokerOptions& broker);
  // With `id`: only if the topic of that name still has it.
  CatalogError remove(std::string_view name, std::optional<Uuid> id = std::nullopt);
  CatalogError add_partitions(std::string_view name, std::int32_t total);
  CatalogError set_overrides(std::string_view name, TopicOverrides overrides,
                             const BrokerOptions& broker);
  // The broker's defaults changed: topics that follow them do too.
  void refresh_options(const BrokerOptions& broker);

  // Unlinks the files of deleted topics; called in the background.
  void purge_deleted_topics();

 private:
  struct Deleted {
    std::string name;
    Uuid id;
    std::int32_t partitions = 0;
    bool lies_in_the_way = false;  // its directories still have their old names
  };

  std::shared_ptr<Topic> materialize(std::string name, const Uuid& id, std::int32_t partitions,
                                     TopicOverrides overrides, const BrokerOptions& broker) const;
  std::shared_ptr<Partition> make_partition(const Topic& topic, std::int32_t index) const;
  void publish(std::shared_ptr<const Topic> added, const Topic* removed) LEAT_REQUIRES(change_mutex_);
  CatalogError check_new(std::string_view name) const LEAT_REQUIRES(change_mutex_);
  Status clear_the_way(Deleted& topic);
  Status rename_away(const Deleted& topic);
  void forget_rows(const Topic& topic);
  std::string partition_directory(std::string_view topic, std::int32_t index) const;

  meta::MetaStore& store_;
  const PartitionContext& context_;
  const std::string data_directory_;
  Mutex change_mutex_;  // one change at a time
  Random random_ LEAT_GUARDED_BY(change_mutex_);
  std::vector<Deleted> to_purge_ LEAT_GUARDED_BY(change_mutex_);
  mutable Mutex image_mutex_ LEAT_ACQUIRED_AFTER(change_mutex_);
  std::shared_ptr<const CatalogImage> image_ LEAT_GUARDED_BY(image_mutex_);
};

}  // namespace leat::topics
