#include "broker/storage/sync_guard.h"

namespace leat::storage {

class GuardedFile final : public File {
 public:
  GuardedFile(SyncGuard& guard, std::unique_ptr<File> file)
      : guard_(guard), file_(std::move(file)) {}

  StatusOr<std::size_t> read_at(std::uint64_t position, MutableByteView into) const override {
    return file_->read_at(position, into);
  }
  StatusOr<std::size_t> read_resident_at(std::uint64_t position,
                                         MutableByteView into) const override {
    return file_->read_resident_at(position, into);
  }
  StatusOr<std::size_t> read_uncached_at(std::uint64_t position,
                                         MutableByteView into) const override {
    return file_->read_uncached_at(position, into);
  }
  FileRange range(std::uint64_t position, std::uint64_t size) const override {
    return file_->range(position, size);
  }
  bool is_resident(std::uint64_t position, std::uint64_t size) const override {
    return file_->is_resident(position, size);
  }
  Status write_at(std::uint64_t position, ByteView bytes) override {
    RETURN_IF_ERROR(guard_.state());
    return file_->write_at(position, bytes);
  }
  Status append(std::span<const ByteView> parts) override {
    RETURN_IF_ERROR(guard_.state());
    return file_->append(parts);
  }
  Status truncate(std::uint64_t size) override {
    RETURN_IF_ERROR(guard_.state());
    return file_->truncate(size);
  }
  // One at a time: the kernel tells only one of two that run at once of an error, and the other must
  // not take its OK for an answer.
  Status sync() override {
    MutexLock lock(syncing_);
    RETURN_IF_ERROR(guard_.state());
    return guard_.judge(file_->sync());
  }
  void start_writeback() override { file_->start_writeback(); }
  std::uint64_t size() const override { return file_->size(); }

 private:
  SyncGuard& guard_;
  const std::unique_ptr<File> file_;
  Mutex syncing_;
};

Status SyncGuard::state() const {
  if (!failed_.load(std::memory_order_acquire)) return {};
  MutexLock lock(mutex_);
  return failure_;
}

Status SyncGuard::judge(const Status& synced) {
  if (synced.ok()) return {};
  const Status failure = io_error("{}", message(synced));
  bool first = false;
  {
    MutexLock lock(mutex_);
    first = failure_.ok();
    if (first) failure_ = io_error("nothing is written after a failed sync ({})", message(synced));
    failed_.store(true, std::memory_order_release);
  }
  if (first && on_failure_) on_failure_(failure);
  return failure;
}

Status SyncGuard::judge_folder(const Status& synced) {
  const bool not_asked = is_not_found(synced) || synced.code() == StatusCode::kResourceExhausted;
  return not_asked ? synced : judge(synced);
}

StatusOr<std::unique_ptr<File>> SyncGuard::open(const std::string& path, OpenMode mode) {
  if (mode == OpenMode::kCreate || mode == OpenMode::kCreateNew) RETURN_IF_ERROR(state());
  ASSIGN_OR_RETURN(auto file, disk_.open(path, mode));
  return std::make_unique<GuardedFile>(*this, std::move(file));
}

StatusOr<std::vector<DirectoryEntry>> SyncGuard::list(const std::string& directory) {
  return disk_.list(directory);
}

StatusOr<std::uint64_t> SyncGuard::file_size(const std::string& path) {
  return disk_.file_size(path);
}

Status SyncGuard::rename(const std::string& from, const std::string& to) {
  RETURN_IF_ERROR(state());
  return disk_.rename(from, to);
}

Status SyncGuard::remove(const std::string& path) {
  RETURN_IF_ERROR(state());
  return disk_.remove(path);
}

Status SyncGuard::make_directory(const std::string& path) {
  RETURN_IF_ERROR(state());
  return disk_.make_directory(path);
}

Status SyncGuard::sync_directory(const std::string& path) {
  RETURN_IF_ERROR(state());
  return judge_folder(disk_.sync_directory(path));
}

Status SyncGuard::sync_all(const std::string& path) {
  MutexLock lock(syncing_all_);  // as GuardedFile::sync
  RETURN_IF_ERROR(state());
  return judge_folder(disk_.sync_all(path));
}

StatusOr<std::uint64_t> SyncGuard::free_bytes(const std::string& path) {
  return disk_.free_bytes(path);
}

StatusOr<std::unique_ptr<DirectoryLock>> SyncGuard::lock(const std::string& path) {
  return disk_.lock(path);
}

}  // namespace leat::storage
