#include "broker/options/topic_options.h"

#include <algorithm>
#include <cstddef>

#include "broker/options/reasons.h"
#include "common/base/check.h"

namespace leat {
namespace {

using config::at_least;
using config::between;
using config::Option;
using config::Source;
using T = TopicOptions;

constexpr Option kTopicRows[] = {
    CONFIG_OPTION(
        T, cleanup_policy, "cleanup.policy",
        "What happens to old segments: delete removes them by time and size, compact keeps "
        "the last record of each key; both may be given, empty keeps everything.",
        .apply = kLive, .check = &check_cleanup_policy, .synonyms = {"log.cleanup.policy"}),
    CONFIG_OPTION(T, compression_gzip_level, "compression.gzip.level",
                  "Level when the broker compresses with gzip.", .apply = kLive,
                  .check = &check_gzip_level, .synonyms = {"compression.gzip.level"}),
    CONFIG_OPTION(T, compression_lz4_level, "compression.lz4.level",
                  "Level when the broker compresses with lz4.", .apply = kLive,
                  .range = between(1, 17), .synonyms = {"compression.lz4.level"}),
    CONFIG_OPTION(
        T, compression_type, "compression.type",
        "producer keeps each batch as it was sent; a codec, or uncompressed, makes the broker "
        "compress it so.",
        .apply = kLive, .synonyms = {"compression.type"}),
    CONFIG_OPTION(T, compression_zstd_level, "compression.zstd.level",
                  "Level when the broker compresses with zstd.", .apply = kLive,
                  .range = between(-131072, 22), .synonyms = {"compression.zstd.level"}),
    CONFIG_OPTION(T, delete_retention_ms, "delete.retention.ms",
                  "How long tombstones stay in a compacted topic.", .unit = "ms", .apply = kLive,
                  .range = at_least(0), .synonyms = {"log.cleaner.delete.retention.ms"}),
    CONFIG_OPTION(T, file_delete_delay_ms, "file.delete.delay.ms",
                  "How long a deleted segment's file stays before it is unlinked.", .unit = "ms",
                  .apply = kLive, .range = at_least(0),
                  .synonyms = {"log.segment.delete.delay.ms"}),
    CONFIG_OPTION(T, flush_messages, "flush.messages", "Kafka syncs a log after this many records.",
                  .apply = kLive, .range = at_least(1), .inert = kFlush, .also = "*",
                  .synonyms = {"log.flush.interval.messages"}),
    CONFIG_OPTION(T, flush_ms, "flush.ms", "Kafka syncs a log after this long.", .unit = "ms",
                  .apply = kLive, .range = at_least(0), .inert = kFlush, .also = "*",
                  .synonyms = {"log.flush.interval.ms"}),
    CONFIG_OPTION(
        T, follower_replication_throttled_replicas, "follower.replication.throttled.replicas",
        "Replicas whose copying is slowed down, PARTITION:BROKER or *; nothing is copied on one "
        "node.",
        .apply = kLive, .check = &check_throttled_replicas, .inert = kOneNode, .also = "*"),
    CONFIG_OPTION(T, index_interval_bytes, "index.interval.bytes",
                  "Bytes of log between two entries of the offset index.", .unit = "bytes",
                  .apply = kLive, .range = at_least(0), .synonyms = {"log.index.interval.bytes"}),
    CONFIG_OPTION(T, leader_replication_throttled_replicas, "leader.replication.throttled.replicas",
                  "Replicas from which copying is slowed down, PARTITION:BROKER or *; nothing is "
                  "copied on one node.",
                  .apply = kLive, .check = &check_throttled_replicas, .inert = kOneNode,
                  .also = "*"),
    CONFIG_OPTION(
        T, durability, "leat.durability",
        "commit: acks=all is answered, and a record shown to consumers, once a sync covers it. "
        "relaxed: as soon as it is in the page "
        "cache; a power cut may take the last records although they were acknowledged and read.",
        .apply = kLive, .synonyms = {"leat.durability"}),
    CONFIG_OPTION(T, local_retention_bytes, "local.retention.bytes",
                  "Bytes kept locally beside tiered storage.", .unit = "bytes", .apply = kLive,
                  .range = at_least(-2), .inert = kTiered,
                  .synonyms = {"log.local.retention.bytes"}),
    CONFIG_OPTION(T, local_retention_ms, "local.retention.ms",
                  "Time kept locally beside tiered storage.", .unit = "ms", .apply = kLive,
                  .range = at_least(-2), .inert = kTiered, .synonyms = {"log.local.retention.ms"}),
    CONFIG_OPTION(T, max_compaction_lag_ms, "max.compaction.lag.ms",
                  "Age at which a record must be compacted.", .unit = "ms", .apply = kLive,
                  .range = at_least(1), .synonyms = {"log.cleaner.max.compaction.lag.ms"}),
    CONFIG_OPTION(T, max_message_bytes, "max.message.bytes",
                  "Largest record batch, as sent (compressed).", .unit = "bytes", .apply = kLive,
                  .range = at_least(0), .synonyms = {"message.max.bytes"}),
    CONFIG_OPTION(T, message_timestamp_after_max_ms, "message.timestamp.after.max.ms",
                  "How far a timestamp may lie in the future (CreateTime).", .unit = "ms",
                  .apply = kLive, .range = at_least(0),
                  .synonyms = {"log.message.timestamp.after.max.ms"}),
    CONFIG_OPTION(T, message_timestamp_before_max_ms, "message.timestamp.before.max.ms",
                  "How far a timestamp may lie in the past (CreateTime).", .unit = "ms",
                  .apply = kLive, .range = at_least(0),
                  .synonyms = {"log.message.timestamp.before.max.ms"}),
    CONFIG_OPTION(T, message_timestamp_type, "message.timestamp.type",
                  "CreateTime keeps the producer's timestamps, LogAppendTime replaces them with "
                  "the time of arrival.",
                  .apply = kLive, .synonyms = {"log.message.timestamp.type"}),
    CONFIG_OPTION(T, min_cleanable_dirty_ratio, "min.cleanable.dirty.ratio",
                  "Share of a log that must be new before it is compacted.", .apply = kLive,
                  .range = between(0, 1), .synonyms = {"log.cleaner.min.cleanable.ratio"}),
    CONFIG_OPTION(T, min_compaction_lag_ms, "min.compaction.lag.ms",
                  "Age below which a record is not compacted.", .unit = "ms", .apply = kLive,
                  .range = at_least(0), .synonyms = {"log.cleaner.min.compaction.lag.ms"}),
    CONFIG_OPTION(T, min_insync_replicas, "min.insync.replicas",
                  "Replicas that must have a record before acks=all is answered; never more than "
                  "the topic has, which is one.",
                  .apply = kLive, .range = at_least(1), .inert = kOneNode, .also = "*",
                  .synonyms = {"min.insync.replicas"}),
    CONFIG_OPTION(T, preallocate, "preallocate", "Reserve a segment's space when it is created.",
                  .apply = kLive, .inert = kPreallocate, .synonyms = {"log.preallocate"}),
    CONFIG_OPTION(T, remote_log_copy_disable, "remote.log.copy.disable",
                  "Stop copying to tiered storage.", .apply = kLive, .inert = kTiered),
    CONFIG_OPTION(T, remote_log_delete_on_disable, "remote.log.delete.on.disable",
                  "Delete from tiered storage when it is switched off.", .apply = kLive,
                  .inert = kTiered),
    CONFIG_OPTION(T, remote_storage_enable, "remote.storage.enable", "Use tiered storage.",
                  .apply = kLive, .inert = kTiered),
    CONFIG_OPTION(
        T, retention_bytes, "retention.bytes",
        "Size of a partition above which its oldest segments are deleted; -1 is no limit.",
        .unit = "bytes", .apply = kLive, .synonyms = {"log.retention.bytes"}),
    CONFIG_OPTION(T, retention_ms, "retention.ms",
                  "Age after which a segment is deleted; -1 never.", .unit = "ms", .apply = kLive,
                  .range = at_least(-1),
                  .synonyms = {"log.retention.ms", "log.retention.minutes", "log.retention.hours"}),
    CONFIG_OPTION(T, segment_bytes, "segment.bytes",
                  "Start a new segment once the active one would exceed this size.",
                  .unit = "bytes", .apply = kLive, .range = at_least(1 << 20),
                  .synonyms = {"log.segment.bytes"}),
    CONFIG_OPTION(T, segment_index_bytes, "segment.index.bytes",
                  "Largest index file; a full one starts a new segment.", .unit = "bytes",
                  .apply = kLive, .range = at_least(4), .synonyms = {"log.index.size.max.bytes"}),
    CONFIG_OPTION(
        T, segment_jitter_ms, "segment.jitter.ms",
        "Up to this much is taken off segment.ms, so that segments do not all roll at once.",
        .unit = "ms", .apply = kLive, .range = at_least(0),
        .synonyms = {"log.roll.jitter.ms", "log.roll.jitter.hours"}),
    CONFIG_OPTION(T, segment_ms, "segment.ms",
                  "Start a new segment once the active one is this old.", .unit = "ms",
                  .apply = kLive, .range = at_least(1),
                  .synonyms = {"log.roll.ms", "log.roll.hours"}),
    CONFIG_OPTION(T, unclean_leader_election_enable, "unclean.leader.election.enable",
                  "Let a replica that lags lead when no other is left.", .apply = kLive,
                  .inert = kOneNode, .synonyms = {"unclean.leader.election.enable"}),
};
static_assert(config::covers<TopicOptions>(kTopicRows), "table and struct disagree");

bool has(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::span<const std::string_view> synonym_keys(const Option& row) {
  const auto end = std::find(row.synonyms.begin(), row.synonyms.end(), std::string_view{});
  return {row.synonyms.begin(), static_cast<std::size_t>(end - row.synonyms.begin())};
}

// The times that Kafka lets the broker say in several units.
void take_times(const BrokerOptions& broker, TopicOptions& topic) {
  topic.retention_ms = default_retention_ms(broker);
  topic.segment_ms = default_segment_ms(broker);
  topic.segment_jitter_ms = default_segment_jitter_ms(broker);
  topic.flush_ms = broker.log_flush_interval_ms.value.value_or(kNoLimit64);
}

void take_broker_values(const BrokerOptions& broker, TopicOptions& topic) {
  take_times(broker, topic);
  for (const Option& row : kTopicRows) {
    const Option* from =
        row.synonyms[0].empty() ? nullptr : broker_option_set().find(row.synonyms[0]);
    if (from == nullptr || from->ops != row.ops) continue;  // without synonym, or a time above
    row.ops->assign(config::member(row, &topic), config::member(*from, &broker));
  }
}

// Offsets and transactions are known by the newest record of each key alone: what deletes records by
// age or size would lose them.
Status check_internal_policy(const TopicOptions& options, TopicKind kind) {
  if (kind == TopicKind::kUser || options.cleanup_policy == std::vector<std::string>{"compact"}) {
    return Status();
  }
  return make_status(
      StatusCode::kInvalidArgument,
      config::invalid_value(config::internal::join(options.cleanup_policy, ","), "cleanup.policy",
                            "internal topics are compacted and nothing else"));
}

Status check_durability(const TopicOptions& options, TopicKind kind) {
  if (options.durability == Durability::kCommit) return Status();
  if (kind == TopicKind::kInternal) {
    return invalid_argument("{}", config::invalid_value("relaxed", "leat.durability",
                                                        "internal topics are always durable"));
  }
  if (options.flush_ms != kNoLimit64 || options.flush_messages != kNoLimit64) {
    return invalid_argument(
        "flush.ms and flush.messages have no effect with leat.durability=relaxed; leave them "
        "unset, "
        "or use commit, which syncs before it acknowledges");
  }
  return Status();
}

}  // namespace

bool TopicOptions::deletes() const {
  return has(cleanup_policy, "delete");
}
bool TopicOptions::compacts() const {
  return has(cleanup_policy, "compact");
}

const config::OptionSet& topic_option_set() {
  static const TopicOptions defaults;
  static const config::OptionSet set(kTopicRows, &defaults);
  return set;
}

Status set_topic_override(std::string_view key, std::string_view value, TopicOverrides& overrides) {
  const Option* row = topic_option_set().find(key);
  if (row == nullptr) {
    const std::string_view near = topic_option_set().nearest(key);
    return near.empty()
               ? invalid_argument("Unknown topic config name: {}", key)
               : invalid_argument("Unknown topic config name: {} (did you mean {}?)", key, near);
  }
  ASSIGN_OR_RETURN(std::string canonical, topic_option_set().canonical(*row, value));
  overrides.insert_or_assign(std::string(key), std::move(canonical));
  return Status();
}

void complete_internal(TopicKind kind, TopicOverrides& overrides) {
  if (kind != TopicKind::kInternal) return;
  overrides.try_emplace("cleanup.policy", "compact");
  overrides.try_emplace("leat.durability", "commit");
}

Status check_topic(const TopicOptions& options, TopicKind kind) {
  RETURN_IF_ERROR(check_internal_policy(options, kind));
  RETURN_IF_ERROR(check_durability(options, kind));
  if (options.min_compaction_lag_ms > options.max_compaction_lag_ms) {
    return invalid_argument(
        "conflict topic config setting min.compaction.lag.ms ({}) > max.compaction.lag.ms ({})",
        options.min_compaction_lag_ms, options.max_compaction_lag_ms);
  }
  return Status();
}

TopicOptions resolve(const TopicOverrides& overrides, const BrokerOptions& broker) {
  TopicOptions topic;
  take_broker_values(broker, topic);
  for (const auto& [key, value] : overrides) {
    const Option* row = topic_option_set().find(key);
    if (row == nullptr || !row->ops->read(value).error.empty()) continue;
    topic_option_set().store(*row, value, &topic);
  }
  return topic;
}

StatusOr<TopicOverrides> make_topic_overrides(
    const std::vector<std::pair<std::string, std::optional<std::string>>>& wanted,
    const BrokerOptions& broker, TopicKind kind) {
  TopicOverrides overrides;
  for (const auto& [key, value] : wanted) {
    if (!value) return invalid_argument("Null value not supported for topic configs: {}", key);
    RETURN_IF_ERROR(set_topic_override(key, *value, overrides));
  }
  complete_internal(kind, overrides);
  RETURN_IF_ERROR(check_topic(resolve(overrides, broker), kind));
  return overrides;
}

std::vector<config::Description> describe_topic(const TopicOverrides& overrides,
                                                const BrokerConfig& broker) {
  const TopicOptions resolved = resolve(overrides, broker.options());
  std::vector<config::Description> rows;
  for (const Option* row : topic_option_set().rows_by_name()) {
    auto synonyms = broker.synonyms(synonym_keys(*row));
    // Kafka shows the broker's minutes and hours only once one of the units was set.
    const auto was_set = [](const config::Synonym& s) { return s.source != Source::kDefault; };
    if (!synonyms.empty() && synonyms.front().name != row->synonyms[0] &&
        std::none_of(synonyms.begin(), synonyms.end(), was_set)) {
      synonyms.clear();
    }
    const auto set = overrides.find(row->key);
    if (set != overrides.end()) {
      synonyms.insert(synonyms.begin(), {std::string(row->key), set->second, Source::kTopic});
    }
    const Source source = synonyms.empty() ? Source::kDefault : synonyms.front().source;
    rows.push_back({row->key, topic_option_set().text(*row, &resolved), source, row->ops->type,
                    row->read_only(), row->sensitive, row->doc, std::move(synonyms)});
  }
  return rows;
}

}  // namespace leat
