#pragma once

#include <memory>
#include <string>
#include <vector>

#include "broker/storage/file_system.h"

namespace leat::cli {

// The door that `leat log` uses: it opens files for reading whatever mode is asked for, and every
// call that would change, sync or lock something is refused with failed_precondition. So a broker
// may be at work in the same directory. `below` outlives it. Thread rules are those of `below`.
class ReadOnlyFileSystem final : public storage::FileSystem {
 public:
  explicit ReadOnlyFileSystem(storage::FileSystem& below) : below_(below) {}

  StatusOr<std::unique_ptr<storage::File>> open(const std::string& path,
                                                storage::OpenMode mode) override;
  StatusOr<std::vector<storage::DirectoryEntry>> list(const std::string& directory) override;
  StatusOr<std::uint64_t> file_size(const std::string& path) override;
  StatusOr<std::uint64_t> free_bytes(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status make_directory(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
  Status sync_all(const std::string& path) override;
  StatusOr<std::unique_ptr<storage::DirectoryLock>> lock(const std::string& path) override;

 private:
  storage::FileSystem& below_;
};

}  // namespace leat::cli
