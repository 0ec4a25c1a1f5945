#include "tools/leat/log_read_only.h"

namespace leat::cli {
namespace {

Status refused(const std::string& path) {
  return failed_precondition("{} is only read here", path);
}

}  // namespace

StatusOr<std::unique_ptr<storage::File>> ReadOnlyFileSystem::open(const std::string& path,
                                                                  storage::OpenMode) {
  return below_.open(path, storage::OpenMode::kReadOnly);
}

StatusOr<std::vector<storage::DirectoryEntry>> ReadOnlyFileSystem::list(
    const std::string& directory) {
  return below_.list(directory);
}

StatusOr<std::uint64_t> ReadOnlyFileSystem::file_size(const std::string& path) {
  return below_.file_size(path);
}

StatusOr<std::uint64_t> ReadOnlyFileSystem::free_bytes(const std::string& path) {
  return below_.free_bytes(path);
}

Status ReadOnlyFileSystem::rename(const std::string& from, const std::string&) {
  return refused(from);
}

Status ReadOnlyFileSystem::remove(const std::string& path) {
  return refused(path);
}

Status ReadOnlyFileSystem::make_directory(const std::string& path) {
  return refused(path);
}

Status ReadOnlyFileSystem::sync_directory(const std::string& path) {
  return refused(path);
}

Status ReadOnlyFileSystem::sync_all(const std::string& path) {
  return refused(path);
}

StatusOr<std::unique_ptr<storage::DirectoryLock>> ReadOnlyFileSystem::lock(
    const std::string& path) {
  return refused(path);
}

}  // namespace leat::cli
