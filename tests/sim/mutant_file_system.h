#pragma once

#include <functional>
#include <memory>
#include <string>

#include "broker/storage/file_system.h"

namespace leat::storage {

// What a planted bug does to the calls that pass through: each function answers whether it strikes a
// path. Unset ones never do. A call that is dropped is reported as done.
struct Sabotage {
  using OfPath = std::function<bool(const std::string& path)>;
  OfPath drop_sync;
  OfPath drop_directory_sync;
  OfPath drop_sync_all;
  OfPath drop_truncate;
  OfPath drop_write;            // of write_at
  OfPath truncate_to_nothing;
  OfPath truncate_one_byte_less;
  OfPath append_in_part;        // only the first half arrives
  OfPath append_twice;
  OfPath hide_in_list;
  OfPath remove_at_rename;      // renaming away removes at once
  OfPath short_uncached_read;   // half of what is there
  std::function<bool(const std::string& from, const std::string& to)> drop_rename;
  bool uncached_reads_hit_the_cache = false;
  bool full_disk_is_success = false;

  bool drops_syncs() const { return drop_sync || drop_directory_sync || drop_sync_all; }
};

inline bool strikes(const Sabotage::OfPath& of_path, const std::string& path) {
  return of_path && of_path(path);
}

class MutantFile final : public File {
 public:
  MutantFile(std::unique_ptr<File> real, const Sabotage& sabotage, std::string path)
      : real_(std::move(real)), sabotage_(sabotage), path_(std::move(path)) {}

  StatusOr<std::size_t> read_at(std::uint64_t position, MutableByteView into) const override {
    return real_->read_at(position, into);
  }
  StatusOr<std::size_t> read_resident_at(std::uint64_t position,
                                         MutableByteView into) const override {
    return real_->read_resident_at(position, into);
  }
  StatusOr<std::size_t> read_uncached_at(std::uint64_t position,
                                         MutableByteView into) const override {
    if (sabotage_.uncached_reads_hit_the_cache) return real_->read_at(position, into);
    if (strikes(sabotage_.short_uncached_read, path_)) into = into.first((into.size() + 1) / 2);
    return real_->read_uncached_at(position, into);
  }
  FileRange range(std::uint64_t position, std::uint64_t size) const override {
    return real_->range(position, size);
  }
  bool is_resident(std::uint64_t position, std::uint64_t size) const override {
    return real_->is_resident(position, size);
  }
  Status write_at(std::uint64_t position, ByteView bytes) override {
    if (strikes(sabotage_.drop_write, path_)) return {};
    return real_->write_at(position, bytes);
  }
  Status append(std::span<const ByteView> parts) override {
    if (strikes(sabotage_.append_in_part, path_) && !parts.empty()) {
      const ByteView half = parts[0].first(parts[0].size() / 2);
      return real_->append({&half, 1});
    }
    const Status appended = real_->append(parts);
    if (sabotage_.full_disk_is_success && is_disk_full(appended)) return {};
    if (appended.ok() && strikes(sabotage_.append_twice, path_)) return real_->append(parts);
    return appended;
  }
  Status truncate(std::uint64_t size) override {
    if (strikes(sabotage_.drop_truncate, path_)) return {};
    if (strikes(sabotage_.truncate_to_nothing, path_)) size = 0;
    if (strikes(sabotage_.truncate_one_byte_less, path_) && size > 0) --size;
    return real_->truncate(size);
  }
  Status sync() override {
    if (strikes(sabotage_.drop_sync, path_)) return {};
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
    ASSIGN_OR_RETURN(auto entries, real_.list(directory));
    std::erase_if(entries, [&](const DirectoryEntry& entry) {
      return strikes(sabotage_.hide_in_list, entry.name);
    });
    return entries;
  }
  StatusOr<std::uint64_t> file_size(const std::string& path) override {
    return real_.file_size(path);
  }
  Status rename(const std::string& from, const std::string& to) override {
    if (strikes(sabotage_.remove_at_rename, to)) return real_.remove(from);
    if (sabotage_.drop_rename && sabotage_.drop_rename(from, to)) return {};
    return real_.rename(from, to);
  }
  Status remove(const std::string& path) override { return real_.remove(path); }
  Status make_directory(const std::string& path) override { return real_.make_directory(path); }
  Status sync_directory(const std::string& path) override {
    if (strikes(sabotage_.drop_directory_sync, path)) return {};
    return real_.sync_directory(path);
  }
  Status sync_all(const std::string& path) override {
    if (strikes(sabotage_.drop_sync_all, path)) return {};
    return real_.sync_all(path);
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
