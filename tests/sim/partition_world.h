#pragma once

#include <absl/container/flat_hash_set.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/meta/data_directory.h"
#include "broker/meta/log_meta_store.h"
#include "broker/topics/checkpointer.h"
#include "broker/topics/flush_gate.h"
#include "broker/topics/partition_metadata.h"
#include "broker/topics/start_sync.h"
#include "broker/topics/topic_catalog.h"
#include "tests/support/manual_clock.h"
#include "tests/support/sim_executor.h"
#include "tests/support/sim_file_system.h"

// The whole way from Partition::append to the acknowledgement on a simulated disk: metadata log,
// catalog, partitions with their producers, flush gate, checkpointer. Driven by a seed; the power is
// cut before every call that changes the disk, by every model, and each disk that results is booted
// and compared with what was promised.
namespace leat::sim {

// What must hold on every disk that a crash leaves.
enum class Promise {
  kAcknowledgedIsThere,   // every acks=all batch that was acknowledged, at its offset, byte for byte
  kReadIsNotTakenBack,    // whatever a consumer has read
  kNothingInvented,       // what is there is a prefix of what was appended
  kRetryIsRecognised,     // any of a producer's last five batches that are there: its first offset
  kTopicIsThere,          // a created topic
  kOpens,                 // recovery never refuses a disk that its own writes left
};
std::string_view name_of(Promise promise);

// Planted bugs; each must be caught by the promise it breaks.
struct PartitionBugs {
  bool ack_at_append = false;            // acknowledged and shown before a sync
  bool producers_ahead = false;          // the checkpoint's producers know later batches than its row
  bool forget_producers = false;         // the checkpoint has none
  bool create_without_sync = false;      // CreateTopics answers before the metadata log is stable
  bool window_of_one = false;            // the checkpoint keeps one batch per producer, as Kafka's does
  bool no_start_sync = false;            // recovery serves what only the page cache may hold
};

struct Broken {
  Promise promise;
  std::string detail;
};

struct WorldReport {
  std::optional<Broken> broken;
  std::uint64_t images = 0;
};

WorldReport run_partition_world(std::uint64_t seed, int steps, const PartitionBugs& bugs,
                                absl::flat_hash_set<std::uint64_t>& states);

}  // namespace leat::sim
