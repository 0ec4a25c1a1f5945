#include "broker/topics/partition_metadata.h"

#include "broker/storage/checkpoint.h"
#include "broker/storage/log_format.h"
#include "common/base/log.h"

namespace leat::topics {

std::string metadata_path(const std::string& directory) {
  return fmt::format("{}/{}", directory, storage::kMetadataFile);
}

void PartitionMetadataWriter::add(std::string directory, const Uuid& topic) {
  {
    MutexLock lock(mutex_);
    waiting_.push_back({std::move(directory), topic});
    if (std::exchange(running_, true)) return;
  }
  workers_.submit([this] { run(); });
}

void PartitionMetadataWriter::run() {
  while (true) {
    std::vector<Waiting> now;
    {
      MutexLock lock(mutex_);
      now.swap(waiting_);
      running_ = !now.empty();
    }
    if (now.empty()) return;
    for (std::size_t done = 0; done < now.size(); done += kAtOnce) {
      const auto some = std::span(now).subspan(done, std::min(kAtOnce, now.size() - done));
      if (Status s = write(some); !s.ok())
        LOG_WARN("{} directories stay without partition.metadata: {}", some.size(), describe(s));
    }
  }
}

Status PartitionMetadataWriter::write(std::span<const Waiting> directories) {
  storage::SyncTicket contents;
  storage::SyncTicket names;
  std::vector<std::string> written;
  for (const Waiting& one : directories) {
    const Status s = write_temporary(one, contents);
    if (is_not_found(s)) continue;  // the topic was deleted meanwhile
    RETURN_IF_ERROR(s);
    written.push_back(one.path());
    names.directories.push_back(one.directory);
  }
  RETURN_IF_ERROR(syncer_.make_durable(std::span(&contents, 1)));
  for (const std::string& path : written) {
    const Status s = files_.rename(path + std::string(storage::kTemporarySuffix), path);
    if (!is_not_found(s)) RETURN_IF_ERROR(s);
  }
  return syncer_.make_durable(std::span(&names, 1));
}

Status PartitionMetadataWriter::write_temporary(const Waiting& one, storage::SyncTicket& contents) {
  const std::string text = storage::format_partition_metadata(one.topic);
  ASSIGN_OR_RETURN(auto file, files_.open(one.path() + std::string(storage::kTemporarySuffix),
                                          storage::OpenMode::kCreate));
  RETURN_IF_ERROR(file->truncate(0));
  const ByteView bytes = as_bytes(text);
  RETURN_IF_ERROR(file->append({&bytes, 1}));
  contents.files.push_back(std::move(file));
  return {};
}

}  // namespace leat::topics
