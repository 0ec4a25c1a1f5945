#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/options/broker_config.h"

// A topic's settings: Kafka's 33 keys and leat.durability. A key not set on the topic follows its
// broker key (the table's synonyms).
namespace leat {

// Values as they act; see config/reference.md for each.
struct TopicOptions {
  std::vector<std::string> cleanup_policy = {"delete"};  // of "delete", "compact"; may be empty
  std::int32_t compression_gzip_level = -1;
  std::int32_t compression_lz4_level = 9;
  CompressionType compression_type = CompressionType::kProducer;
  std::int32_t compression_zstd_level = 3;
  std::int64_t delete_retention_ms = 86400000;
  std::int64_t file_delete_delay_ms = 60000;
  std::int64_t flush_messages = kNoLimit64;
  std::int64_t flush_ms = kNoLimit64;
  std::vector<std::string> follower_replication_throttled_replicas;
  std::int32_t index_interval_bytes = 4096;
  std::vector<std::string> leader_replication_throttled_replicas;
  Durability durability = Durability::kCommit;
  std::int64_t local_retention_bytes = -2;
  std::int64_t local_retention_ms = -2;
  std::int64_t max_compaction_lag_ms = kNoLimit64;
  std::int32_t max_message_bytes = 1048588;
  std::int64_t message_timestamp_after_max_ms = 3600000;
  std::int64_t message_timestamp_before_max_ms = kNoLimit64;
  TimestampType message_timestamp_type = TimestampType::kCreateTime;
  double min_cleanable_dirty_ratio = 0.5;
  std::int64_t min_compaction_lag_ms = 0;
  std::int32_t min_insync_replicas = 1;
  bool preallocate = false;
  bool remote_log_copy_disable = false;
  bool remote_log_delete_on_disable = false;
  bool remote_storage_enable = false;
  std::int64_t retention_bytes = -1;      // -1 (or less) = no limit
  std::int64_t retention_ms = 604800000;  // -1 = no limit
  std::int32_t segment_bytes = 1 << 30;
  std::int32_t segment_index_bytes = 10 << 20;
  std::int64_t segment_jitter_ms = 0;
  std::int64_t segment_ms = 604800000;
  bool unclean_leader_election_enable = false;

  bool deletes() const;   // cleanup.policy has delete
  bool compacts() const;  // cleanup.policy has compact
};

const config::OptionSet& topic_option_set();

// What is set on one topic: canonical texts by key, as the metadata log keeps them.
using TopicOverrides = config::Texts;

// Internal topics (__consumer_offsets, __transaction_state) are compacted, never deleted from, and
// durable: check_topic refuses anything else.
enum class TopicKind : std::uint8_t { kUser, kInternal };

// Validates and stores one key. Errors (invalid_argument, for INVALID_CONFIG):
// "Unknown topic config name: K", "Invalid value V for configuration K: why".
Status set_topic_override(std::string_view key, std::string_view value, TopicOverrides& overrides);

// Sets on an internal topic what it must have and the request leaves out, so that it never follows
// the broker's defaults; nothing on a user's.
void complete_internal(TopicKind kind, TopicOverrides& overrides);

// What only shows when all keys are known; to be called after the last set_topic_override.
Status check_topic(const TopicOptions& options, TopicKind kind);

// Overrides over broker defaults over the table's defaults. Overrides that this version does not
// know (an older metadata log) are ignored.
TopicOptions resolve(const TopicOverrides& overrides, const BrokerOptions& broker);

// For CreateTopics: all of `wanted` validated and canonical, or the first error. Of a key given
// twice the last counts.
StatusOr<TopicOverrides> make_topic_overrides(
    const std::vector<std::pair<std::string, std::optional<std::string>>>& wanted,
    const BrokerOptions& broker, TopicKind kind);

// DescribeConfigs and the configs of CreateTopics v5+; sorted by name.
std::vector<config::Description> describe_topic(const TopicOverrides& overrides,
                                                const BrokerConfig& broker);

}  // namespace leat
