#include "broker/storage/index_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/base/check.h"
#include "common/base/log.h"

namespace leat::storage {

Status IndexFile::load(const std::string& path) {
  ASSIGN_OR_RETURN(const std::uint64_t size, fs_.file_size(path));
  MutexLock lock(mutex_);
  on_disk_ = static_cast<std::size_t>(size) / entry_bytes_;
  pending_.clear();
  last_.reset();
  return {};
}

Status IndexFile::create(const std::string& path) {
  ASSIGN_OR_RETURN(auto opened, fs_.open(path, OpenMode::kCreate));
  if (opened->size() != 0) RETURN_IF_ERROR(opened->truncate(0));
  file_.adopt(std::move(opened));
  MutexLock lock(mutex_);
  on_disk_ = 0;
  pending_.clear();
  last_.reset();
  return {};
}

std::size_t IndexFile::entries() const {
  MutexLock lock(mutex_);
  return on_disk_ + pending_.size() / entry_bytes_;
}

std::size_t IndexFile::pending_count() const {
  MutexLock lock(mutex_);
  return pending_.size() / entry_bytes_;
}

void IndexFile::append(ByteView entry) {
  LEAT_CHECK(entry.size() == entry_bytes_);
  MutexLock lock(mutex_);
  leat::append(pending_, entry);
  remember_last(entry.data());
}

void IndexFile::remember_last(const std::byte* entry) const {
  std::memcpy(last_.emplace().data(), entry, entry_bytes_);
}

Status IndexFile::flush(const std::string& path) {
  MutexLock flushing(write_mutex_);
  Bytes block;
  std::uint64_t position = 0;
  {
    MutexLock lock(mutex_);
    if (pending_.empty()) return {};
    block = pending_;
    position = on_disk_ * entry_bytes_;
  }
  Status written;
  if (auto opened = file_.get(path); opened.ok()) {
    written = (*opened)->write_at(position, block);
  } else {
    written = opened.status();
  }
  MutexLock lock(mutex_);
  if (!written.ok()) last_.reset();
  if (written.ok()) on_disk_ += block.size() / entry_bytes_;
  if (!written.ok() && !is_disk_full(written)) return written;
  if (!written.ok()) LOG_WARN("index entries dropped, lookups scan longer path={} error={}", path, describe(written));
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(block.size()));
  return {};
}

Status IndexFile::truncate(const std::string& path, std::size_t count) {
  MutexLock flushing(write_mutex_);
  MutexLock lock(mutex_);
  last_.reset();
  if (count >= on_disk_) {
    const std::size_t keep = (count - on_disk_) * entry_bytes_;
    if (keep < pending_.size()) pending_.resize(keep);
    return {};
  }
  pending_.clear();
  ASSIGN_OR_RETURN(const auto opened, file_.get(path));
  on_disk_ = count;
  return opened->truncate(count * entry_bytes_);
}

Status IndexFile::read(const std::string& path, std::size_t i, std::byte* out) const {
  bool is_last = false;
  {
    MutexLock lock(mutex_);
    is_last = i + 1 == on_disk_ + pending_.size() / entry_bytes_;
    if (is_last && last_) {
      std::memcpy(out, last_->data(), entry_bytes_);
      return {};
    }
    if (i >= on_disk_) {
      const std::size_t at = (i - on_disk_) * entry_bytes_;
      if (at + entry_bytes_ > pending_.size()) return out_of_range("index entry {} of {}", i, path);
      std::memcpy(out, pending_.data() + at, entry_bytes_);
      return {};
    }
  }
  ASSIGN_OR_RETURN(const auto opened, file_.get(path));
  ASSIGN_OR_RETURN(const std::size_t n, opened->read_at(i * entry_bytes_, {out, entry_bytes_}));
  if (n != entry_bytes_) return corruption("{} is shorter than it was", path);
  MutexLock lock(mutex_);
  if (is_last && i + 1 == on_disk_ && pending_.empty()) remember_last(out);
  return {};
}

StatusOr<Bytes> IndexFile::read_all(const std::string& path) const {
  Bytes all;
  Bytes pending;
  {
    MutexLock lock(mutex_);
    all.resize(on_disk_ * entry_bytes_);
    pending = pending_;
  }
  if (!all.empty()) {
    ASSIGN_OR_RETURN(const auto opened, file_.get(path));
    ASSIGN_OR_RETURN(const std::size_t n, opened->read_at(0, all));
    if (n != all.size()) return corruption("{} is shorter than it was", path);
  }
  leat::append(all, pending);
  return all;
}

IndexFile::Found IndexFile::search(ByteView entries, Key key, std::int64_t limit) const {
  std::size_t low = 0;
  std::size_t high = entries.size() / entry_bytes_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (key(entries.data() + middle * entry_bytes_) <= limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  Found found{low, {}};
  if (low > 0) std::memcpy(found.last.data(), entries.data() + (low - 1) * entry_bytes_, entry_bytes_);
  return found;
}

StatusOr<IndexFile::Found> IndexFile::up_to(const std::string& path, Key key, std::int64_t limit,
                                            Wait wait) const {
  std::size_t on_disk = 0;
  {
    MutexLock lock(mutex_);
    on_disk = on_disk_;
    if (Found found = search(pending_, key, limit); found.count > 0) {
      found.count += on_disk;
      return found;
    }
  }
  if (on_disk == 0) return Found{};
  ASSIGN_OR_RETURN(const auto opened, file_.get(path, wait));
  return search_file(*opened, path, on_disk, key, limit, wait);
}

StatusOr<IndexFile::Found> IndexFile::search_file(const File& file, const std::string& path,
                                                  std::size_t count, Key key, std::int64_t limit,
                                                  Wait wait) const {
  std::byte block[kSearchBlock];
  const std::size_t most = sizeof block / entry_bytes_;
  Window in{.high = count, .guess = count};  // first the end: most readers are near it
  Found below;
  for (int reads = 1; in.low < in.high; ++reads) {
    const std::size_t n = std::min(most, in.high - in.low);
    const std::size_t first = std::clamp(in.guess - std::min(in.guess, n / 2), in.low, in.high - n);
    const MutableByteView entries(block, n * entry_bytes_);
    ASSIGN_OR_RETURN(const std::size_t read, file.read(first * entry_bytes_, entries, wait));
    if (read != entries.size()) return corruption("{} is shorter than it was", path);
    Found found = search(entries, key, limit);
    if (found.count > 0) {
      below = {first + found.count, found.last};
      in.low = below.count;
      in.low_key = key(found.last.data());
    }
    if (found.count < n) {
      in.high = first + found.count;
      in.high_key = key(entries.data() + found.count * entry_bytes_);
    }
    if (found.count > 0 && found.count < n) break;
    in.guess = reads <= kStraightTries ? in.on_the_line(limit) : in.low + (in.high - in.low) / 2;
  }
  return below;
}

// Where `limit` lies if keys rise evenly, as offsets and positions nearly do.
std::size_t IndexFile::Window::on_the_line(std::int64_t limit) const {
  const double share = (static_cast<double>(limit) - static_cast<double>(low_key)) /
                       (static_cast<double>(high_key) - static_cast<double>(low_key));
  const double at = std::clamp(share, 0.0, 1.0) * static_cast<double>(high - low);
  return std::isfinite(at) ? low + static_cast<std::size_t>(at) : low + (high - low) / 2;
}

}  // namespace leat::storage
