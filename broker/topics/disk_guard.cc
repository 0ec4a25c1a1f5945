#include "broker/topics/disk_guard.h"

#include <algorithm>

#include "common/base/log.h"

namespace leat::topics {

void DiskGuard::check() {
  const auto free = files_.free_bytes(directory_);
  if (!free.ok()) {
    LOG_WARN("free space of {} is unknown: {}", directory_, describe(free.status()));
    return;
  }
  if (reserve_bytes_ == 0) {
    reserve_bytes_ = std::min<std::int64_t>(kMaxAutomaticReserve,
                                            static_cast<std::int64_t>(*free / 20));
  }
  const bool full = *free < static_cast<std::uint64_t>(reserve_bytes_);
  if (full == is_full_.exchange(full, std::memory_order_relaxed)) return;
  if (full) {
    LOG_ERROR("disk full: produce is refused, reads and deletes go on free_bytes={} reserve_bytes={}",
              *free, reserve_bytes_.load());
  } else {
    LOG_INFO("disk has room again: produce resumes free_bytes={}", *free);
  }
}

bool DiskGuard::has_room_to_spare() const {
  const auto free = files_.free_bytes(directory_);
  return !free.ok() || *free / 2 >= static_cast<std::uint64_t>(reserve_bytes_.load());
}

}  // namespace leat::topics
