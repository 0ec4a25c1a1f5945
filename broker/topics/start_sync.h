#pragma once

#include <optional>
#include <string>

#include "broker/storage/file_system.h"
#include "common/base/mutex.h"

namespace leat::topics {

// What the process before this one wrote and did not sync, made durable once and for all partitions:
// one sync of the whole file system instead of two for each partition that recovery scans. What is
// read after it is on the disk, so recovery serves it without a sync of its own.
class StartSync {
 public:
  StartSync(storage::FileSystem& files, std::string data_directory)
      : files_(files), data_directory_(std::move(data_directory)) {}

  // OK once a sync that began after this object was made has succeeded. The first caller runs it, the
  // others wait for it. An error is final, and must end the process. Any thread.
  Status wait() {
    MutexLock lock(mutex_);
    if (!result_) result_ = files_.sync_all(data_directory_);
    return *result_;
  }

 private:
  storage::FileSystem& files_;
  const std::string data_directory_;
  Mutex mutex_;  // held while the sync runs
  std::optional<Status> result_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::topics
