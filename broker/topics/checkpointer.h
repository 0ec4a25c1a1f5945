#pragma once

#include "broker/storage/broker_checkpoint.h"
#include "broker/topics/flush_gate.h"
#include "broker/topics/topic_catalog.h"

namespace leat::topics {

// Moves the broker-wide checkpoint forward: what it names is synced first, so it is never ahead of
// the data. Recovery then scans only what was written after it. Thread-safe.
class Checkpointer {
 public:
  Checkpointer(storage::FileSystem& files, const TopicCatalog& catalog,
               storage::BrokerCheckpoint& checkpoint, Syncer syncer, SyncFailed on_sync_failure)
      : files_(files),
        catalog_(catalog),
        checkpoint_(checkpoint),
        syncer_(std::move(syncer)),
        on_sync_failure_(std::move(on_sync_failure)) {}

  // Syncs every partition that changed since its last row and records the new rows. disk_full leaves
  // the old rows in force: recovery has more to scan, nothing is lost.
  Status run();

 private:
  struct Pending {
    std::shared_ptr<Partition> partition;
    Partition::CheckpointCandidate candidate;
    storage::LogRow row;
  };

  static std::vector<Pending> changed_partitions(const CatalogImage& image);
  void write_epoch_files(std::span<const Pending> pending);

  storage::FileSystem& files_;
  Mutex mutex_;  // one run at a time: rows of a partition are committed in order
  const TopicCatalog& catalog_;
  storage::BrokerCheckpoint& checkpoint_;
  Syncer syncer_;
  const SyncFailed on_sync_failure_;
};

}  // namespace leat::topics
