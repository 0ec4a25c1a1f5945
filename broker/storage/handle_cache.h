#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "broker/storage/wait.h"
#include "common/base/mutex.h"
#include "common/base/status.h"

// Files that are open only while somebody needs them: a broker has more segments than descriptors.
namespace leat::storage {

class CachedFile;
class File;
class FileSystem;

// Bounds how many CachedFiles of one file system are open at once; closes by second chance (the
// clock algorithm), so that a read of an open file touches nothing shared but one flag. Pinned files
// are never closed and never looked at; however many there are, a quarter of the limit is left for
// the others. Thread-safe.
class HandleCache {
 public:
  static constexpr std::size_t kDefaultLimit = 1000;

  void set_limit(std::size_t limit);
  std::size_t open_count() const;

 private:
  friend class CachedFile;

  void added(CachedFile& file);
  void removed(CachedFile& file);
  void pin_changed(CachedFile& file);
  std::size_t room_for_unpinned() const LEAT_REQUIRES(mutex_);
  // Closes unpinned files until at most `keep` of them are open.
  void shrink_to(std::size_t keep) LEAT_REQUIRES(mutex_);
  void shrink_by_half();

  mutable Mutex mutex_;
  std::list<CachedFile*> open_ LEAT_GUARDED_BY(mutex_);    // not pinned
  std::list<CachedFile*> pinned_ LEAT_GUARDED_BY(mutex_);  // open, too
  std::size_t limit_ LEAT_GUARDED_BY(mutex_) = kDefaultLimit;
};

// One file that is opened on first use and may be closed between uses. Whoever holds the returned
// shared_ptr keeps the descriptor; the next get() opens again. Thread-safe.
class CachedFile {
 public:
  explicit CachedFile(FileSystem& fs) : fs_(fs) {}
  ~CachedFile();
  CachedFile(const CachedFile&) = delete;
  CachedFile& operator=(const CachedFile&) = delete;

  // The open file, opened read-write from `path` if it is not; whoever must not wait gets
  // unavailable instead. When descriptors run out, others are closed and the open is tried once
  // more.
  StatusOr<std::shared_ptr<File>> get(const std::string& path, Wait wait = Wait::kMay);
  // The same if it is open, else null: for those to whom even making the path is too much.
  std::shared_ptr<File> if_open();
  // Takes over a file just created.
  void adopt(std::shared_ptr<File> file);
  // While pinned it stays open: its dirty pages must report their sync error to this descriptor.
  void pin(bool pinned);
  // Closes unless pinned.
  void close();

 private:
  friend class HandleCache;

  std::shared_ptr<File> take() LEAT_EXCLUDES(mutex_);

  FileSystem& fs_;
  std::atomic<bool> pinned_ = false;
  std::atomic<bool> referenced_ = false;
  Mutex mutex_;
  std::shared_ptr<File> file_ LEAT_GUARDED_BY(mutex_);
  // Owned by the cache's mutex: where this stands in its list.
  std::list<CachedFile*>::iterator place_;
  bool listed_ = false;
  bool among_pinned_ = false;  // in which of its lists
};

}  // namespace leat::storage
