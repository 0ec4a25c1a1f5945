#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "broker/storage/file_system.h"
#include "broker/storage/handle_cache.h"
#include "common/base/mutex.h"

namespace leat::storage {

// Fixed-size entries in order, appended in memory and written in blocks: what both indexes share.
// The file is derived from the log: losing its tail costs a longer scan, nothing else.
// Appending and truncating: one thread at a time; flushes and reads beside them from any thread.
class IndexFile {
 public:
  // `entry_bytes` is the size of an entry.
  IndexFile(FileSystem& fs, std::size_t entry_bytes) : entry_bytes_(entry_bytes), file_(fs), fs_(fs) {}

  // Learns how many whole entries the file holds. not_found when there is no file.
  Status load(const std::string& path);
  // Forgets everything, in memory and on disk, and makes the file exist.
  Status create(const std::string& path);

  std::size_t entries() const;
  // In memory until flush.
  void append(ByteView entry);
  bool wants_flush() const { return pending_count() >= kFlushEntries; }
  // Writes what is pending. A full disk loses the entries, not the log: OK.
  Status flush(const std::string& path);
  // Keeps the first `count` entries.
  Status truncate(const std::string& path, std::size_t count);
  // Copies entry `i` (< entries()) to `out`, which has room for it; the thread that appends calls
  // it. The last one is known without the disk once it was appended or read: every append that adds
  // no later time asks for it.
  Status read(const std::string& path, std::size_t i, std::byte* out) const;
  // Every entry, one after the other: for a pass over all, which must not cost a call each.
  StatusOr<Bytes> read_all(const std::string& path) const;

  using Entry = std::array<std::byte, 16>;  // its first entry_bytes
  // What of an entry it is ordered by: not negative, and rising from entry to entry.
  using Key = std::int64_t (*)(const std::byte* entry);
  struct Found {
    std::size_t count = 0;
    Entry last{};  // the entry before `count`, when there is one
  };
  // The leading entries whose key is at most `limit`. Reads a few blocks near where evenly spaced
  // keys would have it, not an entry a step: every fetch that is not at the end of the log asks.
  StatusOr<Found> up_to(const std::string& path, Key key, std::int64_t limit,
                        Wait wait = Wait::kMay) const;

  // The open file, to be synced with the segment it belongs to.
  StatusOr<std::shared_ptr<File>> file(const std::string& path) const { return file_.get(path); }
  void close() { file_.close(); }
  // Opens the file and keeps it open: its name is about to be another's.
  Status hold(const std::string& path) {
    file_.pin(true);
    return file_.get(path).status();
  }

 private:
  static constexpr std::size_t kFlushEntries = 64;
  static constexpr std::size_t kSearchBlock = 1024;
  static constexpr int kStraightTries = 2;  // then halving, for keys that rise unevenly

  // Entries below `low` are at most the limit, those from `high` on are greater.
  struct Window {
    std::size_t low = 0;
    std::size_t high = 0;
    std::int64_t low_key = 0;  // of the entry before `low`
    std::int64_t high_key = 0;
    std::size_t guess = 0;
    std::size_t on_the_line(std::int64_t limit) const;
  };

  std::size_t pending_count() const;
  void remember_last(const std::byte* entry) const LEAT_REQUIRES(mutex_);
  Found search(ByteView entries, Key key, std::int64_t limit) const;
  StatusOr<Found> search_file(const File& file, const std::string& path, std::size_t count, Key key,
                              std::int64_t limit, Wait wait) const;

  const std::size_t entry_bytes_;
  mutable CachedFile file_;
  FileSystem& fs_;
  Mutex write_mutex_;  // of the file; taken before mutex_
  mutable Mutex mutex_;
  std::size_t on_disk_ LEAT_GUARDED_BY(mutex_) = 0;
  Bytes pending_ LEAT_GUARDED_BY(mutex_);
  mutable std::optional<Entry> last_ LEAT_GUARDED_BY(mutex_);  // nullopt: not known
};

}  // namespace leat::storage
