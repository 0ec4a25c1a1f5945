#include "broker/storage/handle_cache.h"

#include "broker/storage/file_system.h"

namespace leat::storage {

void HandleCache::set_limit(std::size_t limit) {
  MutexLock lock(mutex_);
  limit_ = limit;
  shrink_to(limit_);
}

std::size_t HandleCache::open_count() const {
  MutexLock lock(mutex_);
  return open_.size();
}

void HandleCache::added(CachedFile& file) {
  MutexLock lock(mutex_);
  if (!file.listed_) {
    file.place_ = open_.insert(open_.end(), &file);
    file.listed_ = true;
  }
  shrink_to(limit_);
}

void HandleCache::removed(CachedFile& file) {
  MutexLock lock(mutex_);
  if (!file.listed_) return;
  open_.erase(file.place_);
  file.listed_ = false;
}

void HandleCache::shrink_to(std::size_t keep) {
  // Two rounds: the first takes away the second chances.
  std::size_t steps = 2 * open_.size();
  while (open_.size() > keep && steps-- > 0) {
    CachedFile& oldest = *open_.front();
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

CachedFile::~CachedFile() { fs_.handles().removed(*this); }

StatusOr<std::shared_ptr<File>> CachedFile::get(const std::string& path) {
  referenced_.store(true, std::memory_order_relaxed);
  std::shared_ptr<File> file;
  {
    MutexLock lock(mutex_);
    if (file_) return file_;
  }
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
