#pragma once

#include <map>
#include <memory>
#include <string>

#include "broker/storage/file_system.h"
#include "common/base/mutex.h"

namespace leat::storage {

// The machine's disk; all OS file calls of the broker are in posix_file_system.cc. One for the
// process is enough. Thread-safe.
class PosixFileSystem final : public FileSystem {
 public:
  PosixFileSystem() = default;
  ~PosixFileSystem() override;
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
  StatusOr<int> whole_disk(const std::string& path);

  Mutex mutex_;
  std::map<std::string, int> whole_disks_ LEAT_GUARDED_BY(mutex_);
};

struct FileSystemKind {
  std::string name;      // "ext4", "xfs", … or the magic number in hex
  bool trusted = false;  // its sync was proved to keep what it promises: ext4, XFS
  bool doubtful = false;  // NFS, 9p, FUSE, overlay: the durability contract is void
};

// Reads a whole range through the page cache; io_error when the file has become shorter.
Status read_range(const FileRange& range, MutableByteView into);

// What kind of file system holds `path`.
StatusOr<FileSystemKind> file_system_kind(const std::string& path);

// Bytes on the file system that holds `path`, used and free.
StatusOr<std::uint64_t> file_system_bytes(const std::string& path);

}  // namespace leat::storage
