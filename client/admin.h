#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/client.h"
#include "client/error.h"

namespace leat {

class NewTopic {
 public:
  NewTopic() = default;

  std::string name;
  std::int32_t partitions = -1;         // -1: the broker's default
  std::int16_t replication_factor = -1;
  std::vector<std::pair<std::string, std::string>> configs;
};

class TopicOutcome {
 public:
  std::string name;
  Error error;
  std::int32_t partitions = -1;  // of a created topic; -1 where the broker does not say
  std::int16_t replication_factor = -1;
};

class TopicListing {
 public:
  std::string name;
  Uuid id;
  bool internal = false;
  std::vector<PartitionMetadata> partitions;
  Error error;
};

class PartitionDescription {
 public:
  std::int32_t index = 0;
  PartitionMetadata metadata;
  std::int64_t start = -1;  // -1: not known, see the topic's error
  std::int64_t end = -1;
  std::int64_t size_bytes = -1;  // -1: the broker does not tell
};

enum class ConfigSource : std::int8_t {
  kUnknown = 0,
  kTopic = 1,
  kDynamicBroker = 2,
  kDynamicDefaultBroker = 3,
  kStaticBroker = 4,
  kDefault = 5,
};
std::string_view to_string(ConfigSource source);

class ConfigEntry {
 public:
  std::string name;
  std::optional<std::string> value;  // null when sensitive
  ConfigSource source = ConfigSource::kUnknown;
  bool read_only = false;
  bool sensitive = false;
  std::string documentation;
};

enum class ConfigResource : std::int8_t { kTopic = 2, kBroker = 4 };
enum class ConfigOperation : std::int8_t { kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3 };

class ConfigChange {
 public:
  ConfigChange(std::string n, ConfigOperation op, std::optional<std::string> v)
      : name(std::move(n)), operation(op), value(std::move(v)) {}
  std::string name;
  ConfigOperation operation;
  std::optional<std::string> value;
};

class TopicDescription {
 public:
  std::string name;
  Uuid id;
  bool internal = false;
  std::vector<PartitionDescription> partitions;
  std::vector<ConfigEntry> configs;  // empty where the broker does not tell
};

class ClusterNode {
 public:
  std::int32_t id = -1;
  Endpoint endpoint;
  std::optional<std::string> rack;
};

class ClusterInfo {
 public:
  std::string cluster_id;
  std::int32_t controller = -1;
  std::vector<ClusterNode> nodes;
  std::size_t topics = 0;
  std::size_t partitions = 0;
};

class TrimPoint {
 public:
  TrimPoint(std::int32_t p, std::int64_t before) : partition(p), before_offset(before) {}
  std::int32_t partition;
  std::int64_t before_offset;  // -1: everything
};

class TrimOutcome {
 public:
  std::int32_t partition = 0;
  Error error;
  std::int64_t start = -1;  // the first offset that is left
};

// Looking at and changing topics, configs and records. One request per call unless said otherwise;
// an Error is of the request as a whole, each item carries its own. Uses the client's executor.
class Admin {
 public:
  explicit Admin(std::shared_ptr<Client> client) : client_(std::move(client)) {}

  asio::awaitable<Result<std::vector<TopicOutcome>>> create_topics(std::vector<NewTopic> topics,
                                                                   bool validate_only);
  asio::awaitable<Result<std::vector<TopicOutcome>>> delete_topics(std::vector<std::string> names);
  // Grows a topic to `count` partitions.
  asio::awaitable<Error> create_partitions(std::string topic, std::int32_t count,
                                           bool validate_only);
  asio::awaitable<Result<std::vector<TopicListing>>> list_topics();
  // Metadata, offsets, sizes and configs: up to five requests. What a broker does not serve is left
  // out.
  asio::awaitable<Result<TopicDescription>> describe_topic(std::string name);
  asio::awaitable<Result<ClusterInfo>> describe_cluster();

  // `resource` is a topic's name or a broker's node id; `keys` empty means all. A broker is asked
  // itself.
  asio::awaitable<Result<std::vector<ConfigEntry>>> describe_configs(ConfigResource type,
                                                                     std::string resource,
                                                                     std::vector<std::string> keys,
                                                                     bool documentation);
  asio::awaitable<Error> alter_configs(ConfigResource type, std::string resource,
                                       std::vector<ConfigChange> changes, bool validate_only);

  // Drops the records of a topic before these offsets. One request per leader.
  asio::awaitable<std::vector<TrimOutcome>> delete_records(std::string topic,
                                                           std::vector<TrimPoint> points);

 private:
  asio::awaitable<void> add_offsets(TopicDescription& topic);
  asio::awaitable<void> add_sizes(TopicDescription& topic);

  std::shared_ptr<Client> client_;
};

}  // namespace leat
