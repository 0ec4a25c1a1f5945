#pragma once

#include <functional>
#include <memory>
#include <string>

#include "broker/storage/file_system.h"

namespace leat::storage {

// What a planted bug does to the calls that pass through: each function answers whether a call on a
// path is swallowed (reported as done, but not done). Unset ones swallow nothing.
struct Sabotage {
  using OfPath = std::function<bool(const std::string& path)>;
  OfPath drop_sync;
  OfPath drop_directory_sync;
  OfPath drop_truncate;
  bool uncached_reads_hit_the_cache = false;
  bool drop_sync_all = false;

  bool any() const {
    return drop_sync || drop_directory_sync || drop_truncate || uncached_reads_hit_the_cache ||
           drop_sync_all;
  }
};

class MutantFile final : public File {
 public:
  MutantFile(std::unique_ptr<File> real, const Sabotage& sabotage, std::string path)
      : real_(std::move(real)), sabotage_(sabotage), path_(std::move(path)) {}

  StatusOr<std::size_t> read_at(std::uint64_t position, MutableByteView into) const override {
    return real_->read_at(position, into);
  }
  StatusOr<std::size_t> read_uncached_at(std::uint64_t position,
                                         MutableByteView into) const override {
    if (sabotage_.uncached_reads_hit_the_cache) return real_->read_at(position, into);
    return real_->read_uncached_at(position, into);
  }
  FileRange range(std::uint64_t position, std::uint64_t size) const override {
    return real_->range(position, size);
  }
  bool is_resident(std::uint64_t position, std::uint64_t size) const override {
    return real_->is_resident(position, size);
  }
  Status write_at(std::uint64_t position, ByteView bytes) override {
    return real_->write_at(position, bytes);
  }
  Status append(std::span<const ByteView> parts) override { return real_->append(parts); }
  Status truncate(std::uint64_t size) override {
    if (sabotage_.drop_truncate && sabotage_.drop_truncate(path_)) return {};
    return real_->truncate(size);
  }
  Status sync() override {
    if (sabotage_.drop_sync && sabotage_.drop_sync(path_)) return {};
    return real_->sync();
  }
  void start_writeback() override { real_->start_writeback(); }
  std::uint64_t size() const override { return real_->size(); }

 private:
  const std::unique_ptr<File> real_;
  const Sabotage& sabotage_;
  const std::string path_;
};

// A file system with a bug in between. Both arguments outlive it.
class MutantFileSystem final : public FileSystem {
 public:
  MutantFileSystem(FileSystem& real, const Sabotage& sabotage) : real_(real), sabotage_(sabotage) {}

  StatusOr<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    auto opened = real_.open(path, mode);
    if (!opened.ok()) return opened.status();
    return std::make_unique<MutantFile>(*std::move(opened), sabotage_, path);
  }
  StatusOr<std::vector<DirectoryEntry>> list(const std::string& directory) override {
    return real_.list(directory);
  }
  StatusOr<std::uint64_t> file_size(const std::string& path) override {
    return real_.file_size(path);
  }
  Status rename(const std::string& from, const std::string& to) override {
    return real_.rename(from, to);
  }
  Status remove(const std::string& path) override { return real_.remove(path); }
  Status make_directory(const std::string& path) override { return real_.make_directory(path); }
  Status sync_directory(const std::string& path) override {
    if (sabotage_.drop_directory_sync && sabotage_.drop_directory_sync(path)) return {};
    return real_.sync_directory(path);
  }
  Status sync_all(const std::string& path) override {
    return sabotage_.drop_sync_all ? Status() : real_.sync_all(path);
  }
  StatusOr<std::uint64_t> free_bytes(const std::string& path) override {
    return real_.free_bytes(path);
  }
  StatusOr<std::unique_ptr<DirectoryLock>> lock(const std::string& path) override {
    return real_.lock(path);
  }

 private:
  FileSystem& real_;
  const Sabotage& sabotage_;
};

}  // namespace leat::storage
