#pragma once

#include <span>
#include <string>
#include <vector>

#include "broker/storage/file_system.h"
#include "broker/topics/flush_gate.h"
#include "common/base/executor.h"
#include "common/base/ids.h"
#include "common/base/mutex.h"

namespace leat::topics {

// Where the directory of a partition says whose it is.
std::string metadata_path(const std::string& directory);

// Writes "partition.metadata", as Kafka's: whose a partition's directory is. It is checked when the
// partition opens. Written in the background and many at a time: the first records of a thousand
// new partitions come together, and two syncs for each of them would hold up everybody's for a
// second.
class PartitionMetadataWriter {
 public:
  PartitionMetadataWriter(storage::FileSystem& files, Syncer syncer, WorkerPool& workers)
      : files_(files), syncer_(std::move(syncer)), workers_(workers) {}

  // The directory gets its file soon, whole and durable; without one it is anybody's, and the next
  // life's first append tries again. Any thread; does not wait for the disk.
  void add(std::string directory, const Uuid& topic);

 private:
  struct Waiting {
    std::string directory;
    Uuid topic;
    std::string path() const { return metadata_path(directory); }
  };
  static constexpr std::size_t kAtOnce = 128;  // so many files are open meanwhile

  void run();
  Status write(std::span<const Waiting> directories);
  Status write_temporary(const Waiting& one, storage::SyncTicket& contents);

  storage::FileSystem& files_;
  Syncer syncer_;
  WorkerPool& workers_;
  Mutex mutex_;
  std::vector<Waiting> waiting_ LEAT_GUARDED_BY(mutex_);
  bool running_ LEAT_GUARDED_BY(mutex_) = false;  // a worker is at it
};

}  // namespace leat::topics
