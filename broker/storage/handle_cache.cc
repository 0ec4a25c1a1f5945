#include "broker/storage/handle_cache.h"

#include <algorithm>

#include "broker/storage/file_system.h"

namespace leat::storage {

void HandleCache::set_limit(std::size_t limit) {
  MutexLock lock(mutex_);
  limit_ = limit;
  shrink_to(room_for_unpinned());
}

std::size_t HandleCache::open_count() const {
  MutexLock lock(mutex_);
  return open_.size() + pinned_.size();
}

std::size_t HandleCache::room_for_unpinned() const {
  const std::size_t rest = limit_ > pinned_.size() ? limit_ - pinned_.size() : 0;
  return std::max({rest, limit_ / 4, std::size_t{1}});
}

void HandleCache::added(CachedFile& file) {
  MutexLock lock(mutex_);
  if (!file.listed_) {
    file.among_pinned_ = file.pinned_.load(std::memory_order_acquire);
    auto& list = file.among_pinned_ ? pinned_ : open_;
    file.place_ = list.insert(list.end(), &file);
    file.listed_ = true;
  }
  shrink_to(room_for_unpinned());
}

void HandleCache::removed(CachedFile& file) {
  MutexLock lock(mutex_);
  if (!file.listed_) return;
  (file.among_pinned_ ? pinned_ : open_).erase(file.place_);
  file.listed_ = false;
}

void HandleCache::pin_changed(CachedFile& file) {
  MutexLock lock(mutex_);
  const bool pinned = file.pinned_.load(std::memory_order_acquire);
  if (!file.listed_ || pinned == file.among_pinned_) return;
  auto& from = file.among_pinned_ ? pinned_ : open_;
  auto& to = pinned ? pinned_ : open_;
  to.splice(to.end(), from, file.place_);
  file.among_pinned_ = pinned;
  shrink_to(room_for_unpinned());
}

void HandleCache::shrink_to(std::size_t keep) {
  // Two rounds: the first takes away the second chances.
  std::size_t steps = 2 * open_.size();
  while (open_.size() > keep && steps-- > 0) {
    CachedFile& oldest = *open_.front();
    // Pinned just now, and about to be moved to the others.
    const bool spare = oldest.pinned_.load(std::memory_order_acquire) ||
                       oldest.referenced_.exchange(false, std::memory_order_relaxed);
    if (spare) {
      open_.splice(open_.end(), open_, open_.begin());
    } else {
      oldest.take();
      open_.pop_front();
      oldest.listed_ = false;
    }
  }
}

void HandleCache::shrink_by_half() {
  MutexLock lock(mutex_);
  shrink_to(open_.size() / 2);
}

void CachedFile::pin(bool pinned) {
  if (pinned_.exchange(pinned, std::memory_order_acq_rel) != pinned) fs_.handles().pin_changed(*this);
}

CachedFile::~CachedFile() { fs_.handles().removed(*this); }

std::shared_ptr<File> CachedFile::if_open() {
  referenced_.store(true, std::memory_order_relaxed);
  MutexLock lock(mutex_);
  return file_;
}

StatusOr<std::shared_ptr<File>> CachedFile::get(const std::string& path, Wait wait) {
  std::shared_ptr<File> file = if_open();
  if (file) return file;
  if (wait == Wait::kMustNot) return unavailable("{} is not open", path);
  auto opened = fs_.open(path, OpenMode::kReadWrite);
  if (opened.status().code() == StatusCode::kResourceExhausted) {
    fs_.handles().shrink_by_half();
    opened = fs_.open(path, OpenMode::kReadWrite);
  }
  if (!opened.ok()) return opened.status();
  {
    MutexLock lock(mutex_);
    if (!file_) file_ = *std::move(opened);
    file = file_;
  }
  fs_.handles().added(*this);
  return file;
}

void CachedFile::adopt(std::shared_ptr<File> file) {
  {
    MutexLock lock(mutex_);
    file_ = std::move(file);
  }
  fs_.handles().added(*this);
}

void CachedFile::close() {
  if (pinned_.load(std::memory_order_acquire)) return;
  fs_.handles().removed(*this);
  take();
}

std::shared_ptr<File> CachedFile::take() {
  MutexLock lock(mutex_);
  return std::move(file_);
}

}  // namespace leat::storage
