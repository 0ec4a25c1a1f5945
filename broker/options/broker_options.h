#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/options/listeners.h"
#include "broker/options/named_values.h"
#include "common/base/status.h"
#include "common/config/option_set.h"

// The broker's settings. Names and defaults are Kafka's where a comment does not say otherwise;
// what each key means is said once, in the table of broker_options.cc (and so in
// config/reference.md).
namespace leat {

inline constexpr std::int32_t kNoLimit32 = std::numeric_limits<std::int32_t>::max();
inline constexpr std::int64_t kNoLimit64 = std::numeric_limits<std::int64_t>::max();

struct BrokerOptions {
  // --- addresses ---
  std::vector<std::string> listeners = {"PLAINTEXT://127.0.0.1:9092", "PLAINTEXT://[::1]:9092"};
  std::vector<std::string> advertised_listeners = {"auto"};
  std::string listener_security_protocol_map =
      "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT";
  std::int32_t node_id = 1;
  std::int32_t broker_id = 1;  // always node_id; Kafka: -1
  config::Maybe<std::string> broker_rack;
  // --- data ---
  config::Maybe<std::vector<std::string>> log_dirs;
  std::vector<std::string> log_dir = {"./leat-data"};
  Durability durability = Durability::kCommit;
  std::int64_t disk_reserve_bytes = 0;  // 0 = the smaller of 256 MiB and 5 % of the file system
  bool file_system_override = false;
  // --- topics ---
  std::int32_t num_partitions = 1;
  std::int32_t default_replication_factor = 1;
  bool auto_create_topics_enable = true;
  bool delete_topic_enable = true;
  // --- defaults of topic keys ---
  std::int32_t message_max_bytes = 1048588;
  std::vector<std::string> log_cleanup_policy = {"delete"};
  config::Maybe<std::int64_t> log_retention_ms;
  config::Maybe<std::int32_t> log_retention_minutes;
  std::int32_t log_retention_hours = 168;
  std::int64_t log_retention_bytes = -1;
  std::int64_t log_retention_check_interval_ms = 300000;
  std::int32_t log_segment_bytes = 1 << 30;
  config::Maybe<std::int64_t> log_roll_ms;
  std::int32_t log_roll_hours = 168;
  config::Maybe<std::int64_t> log_roll_jitter_ms;
  std::int32_t log_roll_jitter_hours = 0;
  std::int64_t log_segment_delete_delay_ms = 60000;
  std::int32_t log_index_interval_bytes = 4096;
  std::int32_t log_index_size_max_bytes = 10 << 20;
  TimestampType log_message_timestamp_type = TimestampType::kCreateTime;
  std::int64_t log_message_timestamp_before_max_ms = kNoLimit64;
  std::int64_t log_message_timestamp_after_max_ms = 3600000;
  CompressionType compression_type = CompressionType::kProducer;
  std::int32_t compression_gzip_level = -1;
  std::int32_t compression_lz4_level = 9;
  std::int32_t compression_zstd_level = 3;
  std::int64_t log_flush_interval_messages = kNoLimit64;
  config::Maybe<std::int64_t> log_flush_interval_ms;
  bool log_preallocate = false;
  std::int32_t min_insync_replicas = 1;
  bool unclean_leader_election_enable = false;
  std::int64_t log_cleaner_delete_retention_ms = 86400000;
  double log_cleaner_min_cleanable_ratio = 0.5;
  std::int64_t log_cleaner_min_compaction_lag_ms = 0;
  std::int64_t log_cleaner_max_compaction_lag_ms = kNoLimit64;
  std::int64_t log_cleaner_dedupe_buffer_size = 128 << 20;
  double log_cleaner_io_buffer_load_factor = 0.9;
  double log_cleaner_io_max_bytes_per_second = 1.7976931348623157e308;
  std::int64_t log_cleaner_backoff_ms = 15000;
  std::int64_t scrub_interval_ms = 604800000;
  std::int64_t scrub_io_max_bytes_per_second = 20'000'000;
  std::int64_t log_local_retention_bytes = -2;
  std::int64_t log_local_retention_ms = -2;
  // --- connections and requests ---
  std::int32_t socket_request_max_bytes = 104857600;
  std::int32_t socket_listen_backlog_size = 1024;  // Kafka: 50
  std::string
      tcp_congestion_control;  // empty = the kernel's, but not BBR for peers on this machine
  std::int32_t max_connections = kNoLimit32;
  std::int32_t max_connections_per_ip = kNoLimit32;
  std::int64_t connections_max_idle_ms = 600000;
  std::int64_t frame_progress_timeout_ms = 30000;
  std::int32_t max_pipelined_requests = 64;
  std::int32_t max_queued_requests = 4096;
  std::int32_t fetch_max_bytes = 32 << 20;  // Kafka: 57671680
  std::int32_t max_incremental_fetch_session_cache_slots = 1000;
  std::int32_t max_request_partition_size_limit = 2000;
  std::int64_t batch_max_uncompressed_bytes = 256 << 20;
  std::int64_t memory_budget_bytes = 0;  // 0 = the smaller of 25 % of the memory limit and 1 GiB
  std::int32_t threads = 0;              // 0 = one for each CPU of the affinity mask
  LogLevel log_level = LogLevel::kInfo;
  // --- producers and transactions ---
  std::int32_t producer_id_expiration_ms = 86400000;
  std::int32_t transaction_max_timeout_ms = 900000;
  std::int32_t transactional_id_expiration_ms = 604800000;
  // --- groups ---
  std::int32_t group_initial_rebalance_delay_ms = 3000;
  std::int32_t group_min_session_timeout_ms = 6000;
  std::int32_t group_max_session_timeout_ms = 1800000;
  std::int32_t group_max_size = kNoLimit32;
  std::int32_t offset_metadata_max_bytes = 4096;
  std::int32_t offsets_retention_minutes = -1;  // Kafka: 10080
  std::int64_t offsets_retention_check_interval_ms = 600000;
  std::int32_t offsets_commit_timeout_ms = 5000;
  std::int32_t offsets_topic_num_partitions = 50;
  std::int32_t offsets_topic_segment_bytes = 104857600;
};

// The table over BrokerOptions, with the keys of Kafka's that change nothing on one node.
const config::OptionSet& broker_option_set();

// What no row can say alone (Kafka's words where it has them).
Status check_together(const BrokerOptions& options);

// --- what several keys say together ---
const std::string& data_directory(const BrokerOptions& options);
std::int64_t default_retention_ms(const BrokerOptions& options);  // -1 = for ever
std::int64_t default_segment_ms(const BrokerOptions& options);
std::int64_t default_segment_jitter_ms(const BrokerOptions& options);
std::vector<Listener> listeners(const BrokerOptions& options);
// The address to tell clients of the listener called `name`; nullopt with
// advertised.listeners=auto: the local address on which the connection arrived.
std::optional<HostPort> advertised_address(const BrokerOptions& options, std::string_view name);

}  // namespace leat
