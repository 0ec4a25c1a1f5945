#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/storage/handle_cache.h"
#include "broker/storage/wait.h"
#include "common/base/bytes.h"
#include "common/base/payload.h"
#include "common/base/status.h"

// The only door to the disk. Two implementations: posix_file_system.{h,cc} and the simulated disk
// of the tests, which keeps live and durable bytes apart; one test-suite holds both to this text.
namespace leat::storage {

// append, write_at, truncate: one caller at a time; everything else may run beside them from any
// thread. The destructor closes; it never syncs.
class File {
 public:
  virtual ~File() = default;

  // Reads up to into.size() bytes at `position`; fewer only at the end of the file.
  virtual StatusOr<std::size_t> read_at(std::uint64_t position, MutableByteView into) const = 0;
  // The same, of what is in memory: unavailable when a byte would have to come from the disk.
  virtual StatusOr<std::size_t> read_resident_at(std::uint64_t position,
                                                 MutableByteView into) const = 0;
  StatusOr<std::size_t> read(std::uint64_t position, MutableByteView into, Wait wait) const {
    return wait == Wait::kMay ? read_at(position, into) : read_resident_at(position, into);
  }
  // The same past the page cache: what the disk holds. Recovery trusts nothing else above the
  // durable checkpoint, because the page cache outlives a process that met a failed sync.
  virtual StatusOr<std::size_t> read_uncached_at(std::uint64_t position,
                                                 MutableByteView into) const = 0;
  virtual FileRange range(std::uint64_t position, std::uint64_t size) const = 0;
  // True when every byte of the range is in memory, so that sending it cannot wait for the disk.
  virtual bool is_resident(std::uint64_t position, std::uint64_t size) const = 0;
  // Overwrites inside the file or at its end.
  virtual Status write_at(std::uint64_t position, ByteView bytes) = 0;
  // Appends all parts in order. On error the tail is undefined until truncate or a new open.
  virtual Status append(std::span<const ByteView> parts) = 0;
  virtual Status truncate(std::uint64_t size) = 0;
  // OK: every byte written before the call survives a power cut. Any error is final for the data
  // directory: the caller ends the process and never retries.
  virtual Status sync() = 0;
  // Asks for writeback of what is dirty, but for the end that is being appended to; without any
  // promise. It waits where the disk has much to do.
  virtual void start_writeback() = 0;
  virtual std::uint64_t size() const = 0;
};

enum class OpenMode {
  kReadOnly,
  kReadWrite,     // must exist
  kCreate,        // read-write, created if missing
  kCreateNew,     // read-write, already_exists if there
};

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
  std::uint64_t size = 0;
};

// Held for as long as the object lives; the kernel releases it when the process dies.
class DirectoryLock {
 public:
  virtual ~DirectoryLock() = default;
};

// Names (create, rename, remove) are durable only after sync_directory of their folder. Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual StatusOr<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  // Unordered, without "." and "..".
  virtual StatusOr<std::vector<DirectoryEntry>> list(const std::string& directory) = 0;
  // Size of a file; not_found when there is none.
  virtual StatusOr<std::uint64_t> file_size(const std::string& path) = 0;
  // Atomic; replaces `to`.
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  // A file, or an empty directory.
  virtual Status remove(const std::string& path) = 0;
  // OK when it is there already.
  virtual Status make_directory(const std::string& path) = 0;
  virtual Status sync_directory(const std::string& path) = 0;
  // Makes every write and name of the file system that holds `path` durable (syncfs).
  virtual Status sync_all(const std::string& path) = 0;
  virtual StatusOr<std::uint64_t> free_bytes(const std::string& path) = 0;
  // failed_precondition naming the pid that holds it.
  virtual StatusOr<std::unique_ptr<DirectoryLock>> lock(const std::string& path) = 0;

  // The descriptors that logs on this file system keep open between uses.
  HandleCache& handles() { return handles_; }

 private:
  HandleCache handles_;
};

}  // namespace leat::storage
