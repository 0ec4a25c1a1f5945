#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "broker/storage/file_system.h"
#include "broker/storage/log.h"
#include "common/base/ids.h"
#include "common/base/mutex.h"

namespace leat::storage {

// What the checkpoint holds of one partition.
struct CheckpointEntry {
  LogRow row;
  Bytes blob;  // opaque to storage: the partition's producer state and the like

  bool operator==(const CheckpointEntry&) const = default;
};

struct CheckpointChange {
  TopicPartitionId partition;
  std::optional<CheckpointEntry> entry;  // nullopt: forget the partition
};

// The broker-wide checkpoint: a small log of rows, of which the newest of each partition counts. A
// commit appends only what changed; when the file has grown to four times what counts in it (and
// beyond 1 MiB) it is written anew. In memory: where each newest row lies, not the rows.
//
// It is derived data. A row says only what a sync has already covered, so an older row is also true:
// damaged entries are skipped, and the older row of that partition counts.
//
// File "leat-checkpoint" (FORMAT.md). Thread-safe; commit blocks on the disk, find reads it.
class BrokerCheckpoint {
 public:
  // Opens or creates the file in `directory`, which exists. unimplemented when a newer version of the
  // program wrote it: it is then left untouched.
  static StatusOr<std::unique_ptr<BrokerCheckpoint>> open(FileSystem& fs, std::string directory);

  // nullopt when there is none. Reads the disk.
  StatusOr<std::optional<CheckpointEntry>> find(const TopicPartitionId& partition) const;
  // Every partition once, in file order; stops at the first error of `visit` and returns it.
  Status for_each(const std::function<Status(const TopicPartitionId&, CheckpointEntry)>& visit) const;
  std::size_t partitions() const;

  // Durable when it returns OK. disk_full: nothing was changed. Any other error is final for the data
  // directory: the caller ends the process. The rows' positions must be durable already.
  Status commit(std::span<const CheckpointChange> changes);
  Status erase(const TopicPartitionId& partition);

  std::uint64_t file_bytes() const;
  std::uint64_t live_bytes() const;

 private:
  struct Place {
    std::uint64_t position = 0;
    std::uint32_t size = 0;  // whole entry
  };
  using Index = absl::flat_hash_map<TopicPartitionId, Place>;

  BrokerCheckpoint(FileSystem& fs, std::string directory) : fs_(fs), directory_(std::move(directory)) {}

  std::string path() const;
  Status create() LEAT_REQUIRES(commit_mutex_);
  // False when some of the file could not be used.
  StatusOr<bool> load(std::shared_ptr<File> file) LEAT_REQUIRES(commit_mutex_);
  Status sync_file();
  void apply(const TopicPartitionId& partition, bool is_row, Place place) LEAT_REQUIRES(mutex_);
  Status append(std::span<const CheckpointChange> changes) LEAT_REQUIRES(commit_mutex_);
  // Writes what counts into a new file and puts it in the place of the old.
  Status fold() LEAT_REQUIRES(commit_mutex_);
  bool wants_fold() const;

  FileSystem& fs_;
  const std::string directory_;

  Mutex commit_mutex_;  // one commit at a time; taken before mutex_
  std::uint64_t sequence_ LEAT_GUARDED_BY(commit_mutex_) = 0;
  bool must_fold_ LEAT_GUARDED_BY(commit_mutex_) = false;  // the file's tail cannot be appended to

  mutable Mutex mutex_;
  std::shared_ptr<File> file_ LEAT_GUARDED_BY(mutex_);
  Index index_ LEAT_GUARDED_BY(mutex_);
  std::uint64_t live_bytes_ LEAT_GUARDED_BY(mutex_) = 0;
};

}  // namespace leat::storage
