#pragma once

#include <atomic>
#include <string>

#include "broker/storage/file_system.h"

namespace leat::topics {

// Keeps the last `leat.disk.reserve.bytes` of the file system for what must go on when it is full:
// offset commits, deletes, the metadata log, checkpoints. Produce is refused below it and resumes
// above it, without a restart.
class DiskGuard {
 public:
  // reserve_bytes 0: the smaller of 256 MiB and 5 % of what was free at the first look.
  DiskGuard(storage::FileSystem& files, std::string directory, std::int64_t reserve_bytes)
      : files_(files), directory_(std::move(directory)), reserve_bytes_(reserve_bytes) {}

  // Looks at the free space; called every second.
  void check();
  const std::atomic<bool>& is_full() const { return is_full_; }
  // Asks the file system whether twice the reserve is free. What can wait, as compaction can, leaves
  // so much alone, lest it be what produce is refused for.
  bool has_room_to_spare() const;

 private:
  storage::FileSystem& files_;
  const std::string directory_;
  std::atomic<std::int64_t> reserve_bytes_;
  std::atomic<bool> is_full_{false};
};

inline constexpr std::int64_t kMaxAutomaticReserve = 256LL << 20;

}  // namespace leat::topics
