#include "broker/options/broker_options.h"

#include <cstddef>

#include "broker/options/reasons.h"

namespace leat {
namespace {

using config::at_least;
using config::between;
using O = BrokerOptions;
constexpr auto kFixed = config::Apply::kStatic;

constexpr config::Option kBrokerRows[] = {
    CONFIG_OPTION(
        O, listeners, "listeners",
        "Addresses to listen on: NAME://HOST:PORT, comma separated. An empty host is every "
        "interface; port 0 picks one. "
        "Kafka's default is PLAINTEXT://:9092. An IPv6 address is skipped where IPv6 is missing.",
        .check = &check_listeners),
    CONFIG_OPTION(O, advertised_listeners, "advertised.listeners",
                  "Addresses told to clients. auto answers the address and port on which the "
                  "client's own connection arrived; "
                  "otherwise NAME://HOST:PORT for the listeners that differ.",
                  .check = &check_advertised),
    CONFIG_OPTION(O, listener_security_protocol_map, "listener.security.protocol.map",
                  "The protocol of each listener name, NAME:PROTOCOL, comma separated. Listeners "
                  "in use must map to PLAINTEXT.",
                  .check = &check_protocol_map),
    CONFIG_OPTION(O, node_id, "node.id", "The number of this broker.", .range = at_least(0)),
    CONFIG_OPTION(O, broker_id, "broker.id", "Another name of node.id.", .range = at_least(0)),
    CONFIG_OPTION(O, broker_rack, "broker.rack",
                  "A label for where this broker stands, told to clients."),
    CONFIG_OPTION(O, log_dirs, "log.dirs", "The data directory (one). Wins over log.dir.",
                  .check = &check_one_directory),
    CONFIG_OPTION(O, log_dir, "log.dir",
                  "The data directory when log.dirs is unset. Kafka's default is /tmp/kafka-logs.",
                  .check = &check_one_directory),
    CONFIG_OPTION(O, durability, "leat.durability",
                  "commit: acks=all is answered, and a record shown to consumers, once a sync "
                  "covers it: a power cut loses nothing that was "
                  "acknowledged. relaxed: as soon as it is in the page cache, as Kafka on one node "
                  "does: a power cut may take the last records "
                  "although they were acknowledged and read.",
                  .apply = kLive),
    CONFIG_OPTION(O, disk_reserve_bytes, "leat.disk.reserve.bytes",
                  "Free space below which produce is refused; reads, commits and deletion go on. 0 "
                  "is the smaller of 256 MiB and 5 % of the file "
                  "system.",
                  .unit = "bytes", .range = at_least(0)),
    CONFIG_OPTION(O, file_system_override, "leat.file.system.override",
                  "Start on NFS, 9p, FUSE or overlay although nothing is known there about what "
                  "survives a power cut."),
    CONFIG_OPTION(O, num_partitions, "num.partitions",
                  "Partitions of a topic created without a count.", .range = at_least(1)),
    CONFIG_OPTION(O, default_replication_factor, "default.replication.factor",
                  "Replicas of a topic created without a count.", .inert = kOneNode),
    CONFIG_OPTION(O, auto_create_topics_enable, "auto.create.topics.enable",
                  "Create a topic when a client asks for the metadata of an unknown one."),
    CONFIG_OPTION(O, delete_topic_enable, "delete.topic.enable", "Let topics be deleted."),
    CONFIG_OPTION(O, message_max_bytes, "message.max.bytes",
                  "Largest record batch, as sent (compressed).", .unit = "bytes", .apply = kLive,
                  .range = at_least(0)),
    CONFIG_OPTION(O, log_cleanup_policy, "log.cleanup.policy",
                  "What happens to old segments: delete removes them by time and size; empty keeps "
                  "them for ever.",
                  .apply = kLive, .check = &check_cleanup_policy),
    CONFIG_OPTION(O, log_retention_ms, "log.retention.ms",
                  "Age after which a segment is deleted; -1 never. Unset: log.retention.minutes.",
                  .unit = "ms", .apply = kLive, .check = &check_retention_time,
                  .synonyms = {"log.retention.ms", "log.retention.minutes", "log.retention.hours"}),
    CONFIG_OPTION(O, log_retention_minutes, "log.retention.minutes",
                  "log.retention.ms in minutes. Unset: log.retention.hours.", .unit = "minutes",
                  .check = &check_retention_time,
                  .synonyms = {"log.retention.ms", "log.retention.minutes", "log.retention.hours"}),
    CONFIG_OPTION(O, log_retention_hours, "log.retention.hours", "log.retention.ms in hours.",
                  .unit = "hours", .check = &check_retention_time,
                  .synonyms = {"log.retention.ms", "log.retention.minutes", "log.retention.hours"}),
    CONFIG_OPTION(
        O, log_retention_bytes, "log.retention.bytes",
        "Size of a partition above which its oldest segments are deleted; -1 is no limit.",
        .unit = "bytes", .apply = kLive),
    CONFIG_OPTION(O, log_retention_check_interval_ms, "log.retention.check.interval.ms",
                  "How often retention is looked at.", .unit = "ms", .range = at_least(1)),
    CONFIG_OPTION(O, log_segment_bytes, "log.segment.bytes",
                  "Start a new segment once the active one would exceed this size.",
                  .unit = "bytes", .apply = kLive, .range = at_least(1 << 20)),
    CONFIG_OPTION(O, log_roll_ms, "log.roll.ms",
                  "Start a new segment once the active one is this old. Unset: log.roll.hours.",
                  .unit = "ms", .apply = kLive, .range = at_least(1),
                  .synonyms = {"log.roll.ms", "log.roll.hours"}),
    CONFIG_OPTION(O, log_roll_hours, "log.roll.hours", "log.roll.ms in hours.", .unit = "hours",
                  .range = at_least(1), .synonyms = {"log.roll.ms", "log.roll.hours"}),
    CONFIG_OPTION(O, log_roll_jitter_ms, "log.roll.jitter.ms",
                  "Up to this much is taken off the age, so that segments do not all roll at once. "
                  "Unset: log.roll.jitter.hours.",
                  .unit = "ms", .apply = kLive, .range = at_least(0),
                  .synonyms = {"log.roll.jitter.ms", "log.roll.jitter.hours"}),
    CONFIG_OPTION(O, log_roll_jitter_hours, "log.roll.jitter.hours", "log.roll.jitter.ms in hours.",
                  .unit = "hours", .range = at_least(0),
                  .synonyms = {"log.roll.jitter.ms", "log.roll.jitter.hours"}),
    CONFIG_OPTION(O, log_segment_delete_delay_ms, "log.segment.delete.delay.ms",
                  "How long a deleted segment's file stays before it is unlinked.", .unit = "ms",
                  .apply = kLive, .range = at_least(0)),
    CONFIG_OPTION(O, log_index_interval_bytes, "log.index.interval.bytes",
                  "Bytes of log between two entries of the offset index.", .unit = "bytes",
                  .apply = kLive, .range = at_least(0)),
    CONFIG_OPTION(O, log_index_size_max_bytes, "log.index.size.max.bytes",
                  "Largest index file; a full one starts a new segment.", .unit = "bytes",
                  .apply = kLive, .range = at_least(4)),
    CONFIG_OPTION(O, log_message_timestamp_type, "log.message.timestamp.type",
                  "CreateTime keeps the producer's timestamps, LogAppendTime replaces them with "
                  "the time of arrival.",
                  .apply = kLive),
    CONFIG_OPTION(O, log_message_timestamp_before_max_ms, "log.message.timestamp.before.max.ms",
                  "How far a timestamp may lie in the past (CreateTime).", .unit = "ms",
                  .apply = kLive, .range = at_least(0)),
    CONFIG_OPTION(O, log_message_timestamp_after_max_ms, "log.message.timestamp.after.max.ms",
                  "How far a timestamp may lie in the future (CreateTime).", .unit = "ms",
                  .apply = kLive, .range = at_least(0)),
    CONFIG_OPTION(
        O, compression_type, "compression.type",
        "producer keeps each batch as it was sent; a codec, or uncompressed, makes the broker "
        "compress it so.",
        .apply = kLive),
    CONFIG_OPTION(O, compression_gzip_level, "compression.gzip.level",
                  "Level when the broker compresses with gzip.", .apply = kLive,
                  .check = &check_gzip_level),
    CONFIG_OPTION(O, compression_lz4_level, "compression.lz4.level",
                  "Level when the broker compresses with lz4.", .apply = kLive,
                  .range = between(1, 17)),
    CONFIG_OPTION(O, compression_zstd_level, "compression.zstd.level",
                  "Level when the broker compresses with zstd.", .apply = kLive,
                  .range = between(-131072, 22)),
    CONFIG_OPTION(O, log_flush_interval_messages, "log.flush.interval.messages",
                  "Kafka syncs a log after this many records.", .apply = kLive,
                  .range = at_least(1), .inert = kFlush, .also = "*"),
    CONFIG_OPTION(O, log_flush_interval_ms, "log.flush.interval.ms",
                  "Kafka syncs a log after this long.", .unit = "ms", .apply = kLive,
                  .range = at_least(0), .inert = kFlush, .also = "*"),
    CONFIG_OPTION(O, log_preallocate, "log.preallocate",
                  "Reserve a segment's space when it is created.", .apply = kLive,
                  .inert = kPreallocate),
    CONFIG_OPTION(O, min_insync_replicas, "min.insync.replicas",
                  "Replicas that must have a record before acks=all is answered; never more than "
                  "the topic has, which is one.",
                  .apply = kLive, .range = at_least(1), .inert = kOneNode, .also = "*"),
    CONFIG_OPTION(O, unclean_leader_election_enable, "unclean.leader.election.enable",
                  "Let a replica that lags lead when no other is left.", .apply = kLive,
                  .inert = kOneNode),
    CONFIG_OPTION(O, log_cleaner_delete_retention_ms, "log.cleaner.delete.retention.ms",
                  "How long tombstones stay in a compacted topic.", .unit = "ms", .apply = kLive,
                  .range = at_least(0)),
    CONFIG_OPTION(O, log_cleaner_min_cleanable_ratio, "log.cleaner.min.cleanable.ratio",
                  "Share of a log that must be new before it is compacted.", .apply = kLive,
                  .range = between(0, 1)),
    CONFIG_OPTION(O, log_cleaner_min_compaction_lag_ms, "log.cleaner.min.compaction.lag.ms",
                  "Age below which a record is not compacted.", .unit = "ms", .apply = kLive,
                  .range = at_least(0)),
    CONFIG_OPTION(O, log_cleaner_max_compaction_lag_ms, "log.cleaner.max.compaction.lag.ms",
                  "Age at which a record must be compacted.", .unit = "ms", .apply = kLive,
                  .range = at_least(1)),
    CONFIG_OPTION(
        O, log_cleaner_dedupe_buffer_size, "log.cleaner.dedupe.buffer.size",
        "Memory for the keys of a log while it is compacted, 24 bytes each; more keys take "
        "more passes.",
        .unit = "bytes", .apply = kLive, .range = at_least(1 << 20)),
    CONFIG_OPTION(O, log_cleaner_io_buffer_load_factor, "log.cleaner.io.buffer.load.factor",
                  "How full the memory for keys may get.", .apply = kLive, .range = between(0, 1)),
    CONFIG_OPTION(O, log_cleaner_io_max_bytes_per_second, "log.cleaner.io.max.bytes.per.second",
                  "How much compaction reads and writes in a second, added up.", .apply = kLive,
                  .range = at_least(1)),
    CONFIG_OPTION(O, log_cleaner_backoff_ms, "log.cleaner.backoff.ms",
                  "Pause before looking again for what needs compaction.", .unit = "ms",
                  .apply = kLive, .range = at_least(0)),
    CONFIG_OPTION(O, scrub_interval_ms, "leat.scrub.interval.ms",
                  "All stored data is read and checked in the background once in this time, which "
                  "finds what the disk has lost without anybody asking for it; 0 never.",
                  .unit = "ms", .apply = kLive, .range = at_least(0)),
    CONFIG_OPTION(
        O, scrub_io_max_bytes_per_second, "leat.scrub.io.max.bytes.per.second",
        "How much of that is read in a second. With more data than this allows, the check "
        "takes longer than its interval.",
        .unit = "bytes", .apply = kLive, .range = at_least(1)),
    CONFIG_OPTION(O, log_local_retention_bytes, "log.local.retention.bytes",
                  "Bytes kept locally beside tiered storage.", .unit = "bytes", .apply = kLive,
                  .range = at_least(-2), .inert = kTiered),
    CONFIG_OPTION(O, log_local_retention_ms, "log.local.retention.ms",
                  "Time kept locally beside tiered storage.", .unit = "ms", .apply = kLive,
                  .range = at_least(-2), .inert = kTiered),
    CONFIG_OPTION(O, socket_request_max_bytes, "socket.request.max.bytes",
                  "Largest request; a larger one closes the connection.", .unit = "bytes",
                  .range = at_least(1)),
    CONFIG_OPTION(O, socket_listen_backlog_size, "socket.listen.backlog.size",
                  "Connections that may wait to be accepted, of each listener. Kafka's default is "
                  "50.",
                  .range = at_least(1)),
    CONFIG_OPTION(
        O, tcp_congestion_control, "leat.tcp.congestion.control",
        "How accepted connections decide how fast to send, such as cubic or bbr. Empty is "
        "the kernel's default, except that BBR is replaced for clients on this machine."),
    CONFIG_OPTION(O, max_connections, "max.connections",
                  "Open connections at once, at most; the default is as many as 60 % of the "
                  "descriptor limit less 256 allows.",
                  .apply = kLive, .range = at_least(0)),
    CONFIG_OPTION(O, max_connections_per_ip, "max.connections.per.ip",
                  "max.connections for one client address; loopback is exempt.", .apply = kLive,
                  .range = at_least(0)),
    CONFIG_OPTION(O, connections_max_idle_ms, "connections.max.idle.ms",
                  "Close a connection after this long without a request.", .unit = "ms"),
    CONFIG_OPTION(
        O, frame_progress_timeout_ms, "leat.frame.progress.timeout.ms",
        "Close a connection whose unfinished request grew by less than 1 KiB in this time.",
        .unit = "ms", .range = at_least(1)),
    CONFIG_OPTION(O, max_pipelined_requests, "leat.max.pipelined.requests",
                  "Unanswered requests of one connection; beyond them it is not read.",
                  .range = at_least(1)),
    CONFIG_OPTION(O, max_queued_requests, "leat.max.queued.requests",
                  "Unanswered requests of all connections; beyond them each may have one.",
                  .range = at_least(1)),
    CONFIG_OPTION(O, fetch_max_bytes, "fetch.max.bytes",
                  "Largest fetch answer, but always one whole batch. Kafka's default is 57671680.",
                  .unit = "bytes", .range = at_least(1024)),
    CONFIG_OPTION(O, max_incremental_fetch_session_cache_slots,
                  "max.incremental.fetch.session.cache.slots",
                  "Fetch sessions (KIP-227) remembered at once.", .range = at_least(0)),
    CONFIG_OPTION(O, max_request_partition_size_limit, "max.request.partition.size.limit",
                  "Partitions that one DescribeTopicPartitions answer may hold.",
                  .range = at_least(1)),
    CONFIG_OPTION(O, batch_max_uncompressed_bytes, "leat.batch.max.uncompressed.bytes",
                  "Largest compressed batch once decompressed; beyond it MESSAGE_TOO_LARGE.",
                  .unit = "bytes", .range = at_least(1 << 20)),
    CONFIG_OPTION(O, memory_budget_bytes, "leat.memory.budget.bytes",
                  "Memory for requests being read and answers being sent. 0 is the smaller of 25 % "
                  "of the memory limit and 1 GiB; never less "
                  "than one largest request.",
                  .unit = "bytes", .range = at_least(0)),
    CONFIG_OPTION(O, threads, "leat.threads",
                  "Event loops; 0 is one for each CPU the process may use.",
                  .range = between(0, 1024)),
    CONFIG_OPTION(O, log_level, "leat.log.level", "Least severe level that is logged.",
                  .apply = kLive),
    CONFIG_OPTION(O, producer_id_expiration_ms, "producer.id.expiration.ms",
                  "How long a partition remembers an idle producer's sequence numbers.",
                  .unit = "ms", .apply = kLive, .range = at_least(1)),
    CONFIG_OPTION(O, transaction_max_timeout_ms, "transaction.max.timeout.ms",
                  "Longest timeout a transactional producer may ask for.", .unit = "ms",
                  .range = at_least(1)),
    CONFIG_OPTION(O, transactional_id_expiration_ms, "transactional.id.expiration.ms",
                  "How long an idle transactional id is remembered.", .unit = "ms",
                  .range = at_least(1)),
    CONFIG_OPTION(O, group_initial_rebalance_delay_ms, "group.initial.rebalance.delay.ms",
                  "How long the first rebalance of an empty group waits for more members.",
                  .unit = "ms"),
    CONFIG_OPTION(O, group_min_session_timeout_ms, "group.min.session.timeout.ms",
                  "Shortest session timeout a member may ask for.", .unit = "ms"),
    CONFIG_OPTION(O, group_max_session_timeout_ms, "group.max.session.timeout.ms",
                  "Longest session timeout a member may ask for.", .unit = "ms"),
    CONFIG_OPTION(O, group_max_size, "group.max.size", "Members of one group, at most.",
                  .range = at_least(1)),
    CONFIG_OPTION(O, offset_metadata_max_bytes, "offset.metadata.max.bytes",
                  "Longest text that may come with a committed offset.", .unit = "bytes"),
    CONFIG_OPTION(O, offsets_retention_minutes, "offsets.retention.minutes",
                  "How long offsets of an empty group are kept; -1 for ever. Kafka's default is "
                  "10080, a week.",
                  .unit = "minutes", .check = &check_offsets_retention),
    CONFIG_OPTION(O, offsets_retention_check_interval_ms, "offsets.retention.check.interval.ms",
                  "How often old offsets are looked for.", .unit = "ms", .range = at_least(1)),
    CONFIG_OPTION(O, offsets_commit_timeout_ms, "offsets.commit.timeout.ms",
                  "How long an offset commit may wait for the disk.", .unit = "ms",
                  .range = at_least(1)),
    CONFIG_OPTION(O, offsets_topic_num_partitions, "offsets.topic.num.partitions",
                  "Partitions of the offsets topic; must not change once it exists.",
                  .range = at_least(1)),
    CONFIG_OPTION(O, offsets_topic_segment_bytes, "offsets.topic.segment.bytes",
                  "Segment size of the offsets topic.", .unit = "bytes",
                  .range = at_least(1 << 20)),
};
static_assert(config::covers<BrokerOptions>(kBrokerRows), "table and struct disagree");

constexpr config::Option kInertRows[] = {
#include "broker/options/inert_keys.inc"
};

}  // namespace

const config::OptionSet& broker_option_set() {
  static const BrokerOptions defaults;
  static const config::OptionSet set(kBrokerRows, &defaults, kInertRows);
  return set;
}

}  // namespace leat
