#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "broker/storage/file_system.h"
#include "common/base/mutex.h"

namespace leat::storage {

// A file system on which a failed sync is final, whoever asked for it and whatever errno it carried:
// the kernel reports such a failure once, the next sync of the same file succeeds and the disk holds
// the old bytes. So after the first one nothing is written, renamed, removed or synced any more:
// those calls answer io_error. Reads go on. Every failed sync is an io_error, never disk_full, which
// would tell the caller to go on.
class SyncGuard final : public FileSystem {
 public:
  using OnFailure = std::function<void(const Status&)>;

  // `on_failure` is called once, on the thread whose sync failed, before that sync returns. `disk`
  // outlives this object and its files.
  SyncGuard(FileSystem& disk, OnFailure on_failure)
      : disk_(disk), on_failure_(std::move(on_failure)) {}

  // OK until a sync has failed, then what it said. Any thread.
  Status state() const;

  StatusOr<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  StatusOr<std::vector<DirectoryEntry>> list(const std::string& directory) override;
  StatusOr<std::uint64_t> file_size(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status make_directory(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
  Status sync_all(const std::string& path) override;
  StatusOr<std::uint64_t> free_bytes(const std::string& path) override;
  StatusOr<std::unique_ptr<DirectoryLock>> lock(const std::string& path) override;

 private:
  friend class GuardedFile;
  // Takes note of what a sync answered.
  Status judge(const Status& synced);
  // The same for a folder: not to be there, or no descriptor for it, is no answer of the disk.
  Status judge_folder(const Status& synced);

  FileSystem& disk_;
  const OnFailure on_failure_;
  std::atomic<bool> failed_{false};
  Mutex syncing_all_;
  mutable Mutex mutex_;
  Status failure_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::storage
