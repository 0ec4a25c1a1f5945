#include "broker/topics/partition_metadata.h"

#include "broker/storage/checkpoint.h"
#include "broker/storage/log_format.h"
#include "broker/topics/replaced_files.h"
#include "common/base/log.h"

namespace leat::topics {

std::string metadata_path(const std::string& directory) {
  return fmt::format("{}/{}", directory, storage::kMetadataFile);
}

// Under the mutex for which a deletion waits: afterwards the directory may be another topic's.
Status Partition::write_metadata_beside(ReplacedFiles& beside) {
  MutexLock upkeep(upkeep_mutex_);
  if (state_.load(std::memory_order_acquire) == State::kDeleted)
    return not_found("{} was deleted", directory_);
  const std::string text = storage::format_partition_metadata(id_.topic);
  ASSIGN_OR_RETURN(
      auto file, storage::write_beside(*context_.files, metadata_path(directory_), as_bytes(text)));
  beside.add(directory_, storage::kMetadataFile, std::move(file));
  return {};
}

void PartitionMetadataWriter::add(std::shared_ptr<Partition> partition) {
  {
    MutexLock lock(mutex_);
    waiting_.push_back(std::move(partition));
    if (std::exchange(running_, true)) return;
  }
  workers_.submit([this] { run(); });
}

void PartitionMetadataWriter::run() {
  while (true) {
    std::vector<std::shared_ptr<Partition>> now;
    {
      MutexLock lock(mutex_);
      now.swap(waiting_);
      running_ = !now.empty();
    }
    if (now.empty()) return;
    if (Status s = write(now); !s.ok())
      LOG_WARN("{} directories stay without partition.metadata: {}", now.size(), describe(s));
  }
}

Status PartitionMetadataWriter::write(Partitions partitions) {
  ReplacedFiles beside;
  for (const auto& partition : partitions) {
    const Status s = partition->write_metadata_beside(beside);
    if (!s.ok() && !is_not_found(s))
      LOG_WARN("{} stays without partition.metadata: {}", partition->directory(), describe(s));
  }
  return beside.put_in_place(files_, syncer_);
}

}  // namespace leat::topics
