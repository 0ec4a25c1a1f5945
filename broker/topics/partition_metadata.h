#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "broker/storage/file_system.h"
#include "broker/topics/flush_gate.h"
#include "common/base/executor.h"
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

  // The partition's directory gets its file soon, whole and durable. Without one it is anybody's,
  // and the next life's first append tries again. Any thread; does not wait for the disk.
  void add(std::shared_ptr<Partition> partition);

 private:
  using Partitions = std::span<const std::shared_ptr<Partition>>;

  void run();
  Status write(Partitions partitions);

  storage::FileSystem& files_;
  Syncer syncer_;
  WorkerPool& workers_;
  Mutex mutex_;
  std::vector<std::shared_ptr<Partition>> waiting_ LEAT_GUARDED_BY(mutex_);
  bool running_ LEAT_GUARDED_BY(mutex_) = false;  // a worker is at it
};

}  // namespace leat::topics
