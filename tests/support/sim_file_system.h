#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/storage/file_system.h"
#include "common/base/mutex.h"
#include "common/base/random.h"

// A simulated disk.
//
// THE FAULT MODEL. Every file has bytes that programs see (live) and bytes that a power cut leaves
// (durable); what lies between is a list of writes and truncations in order. Names work the same: a
// create, rename, remove or mkdir is pending until its folder is synced. sync() and sync_directory()
// move what was pending *before the call* to the durable side, and nothing else does: no write-back
// happens by itself, a file's sync does not make its name durable, a folder's sync no file's bytes.
//
// A power cut (crash) builds the disk that the next boot finds. What pending changes survive is
// decided by a model and a seed:
//   P1 kPrefix           all changes up to some moment, none after it
//   P2 kOnlySynced       none
//   P3 kAnySubset        each data change on its own kept or lost; of names a prefix
//   P4 kSizeNotData      sizes reach the disk, data does not: zeros, garbage, or bytes of another
//                        file (freed blocks; not of *.torn copies); or data does and the longer size does not
//   P5 kTorn             a write is cut into 512-byte or 4-KiB sectors, of which some arrive
//   P6 kNamesAnySubset   each name change on its own kept or lost (rename stays atomic), data any
//   P7 kNamesFirst       every name change arrives, no data
//   P8 kRemovalsFirst    removes and truncations arrive, nothing else; or everything but them
// P9 (a second cut inside recovery) is crash() again during recovery; P10 is fail_next_sync(): the
// call reports an error, pending data is forgotten as if it had been written (names and truncations
// stay pending: a journal that fails is aborted), reads
// through the page cache still show them, uncached reads and the next boot do not.
//
// What is NOT modelled: durable bytes that rot or move by themselves (write through File to damage
// them), a device that lies about flush, two renames becoming one, and concurrency: calls are
// serialised by a mutex.
namespace leat::storage {

enum class PowerModel {
  kPrefix, kOnlySynced, kAnySubset, kSizeNotData, kTorn, kNamesAnySubset, kNamesFirst, kRemovalsFirst
};
inline constexpr PowerModel kAllPowerModels[] = {
    PowerModel::kPrefix,     PowerModel::kOnlySynced,     PowerModel::kAnySubset,
    PowerModel::kSizeNotData, PowerModel::kTorn,          PowerModel::kNamesAnySubset,
    PowerModel::kNamesFirst, PowerModel::kRemovalsFirst};
std::string_view name_of(PowerModel model);

enum class SimCall {
  kOpen,
  kList,
  kFileSize,
  kRename,
  kRemove,
  kMakeDirectory,
  kSyncDirectory,
  kSyncAll,
  kFreeBytes,
  kLock,
  kRead,
  kReadResident,
  kReadUncached,
  kWriteAt,
  kAppend,
  kTruncate,
  kSync
};
std::string_view name_of(SimCall call);

struct SimOperation {
  std::uint64_t index = 0;  // counts all calls of this file system
  SimCall call;
  std::string path;
  std::uint64_t position = 0;  // of a read, write or truncation
  std::uint64_t size = 0;
  bool changes_something = false;
};

// What a hook makes of a call: nothing, or the status that it fails with before it did anything.
// A failed append leaves a part of its bytes behind; a failed sync behaves as P10 says.
using SimHook = std::function<Status(const SimOperation&)>;

class SimFileSystem final : public FileSystem {
 public:
  SimFileSystem();
  ~SimFileSystem() override;

  // --- the tester's side ---
  // Called before every call, without the mutex: it may look at the disk, also by crash().
  void set_hook(SimHook hook);
  // The disk that the next boot finds if the power fails now. This one goes on.
  std::unique_ptr<SimFileSystem> crash(PowerModel model, std::uint64_t seed) const;
  // The same after a kill of the process: everything written is there, nothing more is durable.
  std::unique_ptr<SimFileSystem> kill() const;
  // The next sync of any kind fails with it, or one later: `passing` go well before; OK takes that
  // back.
  void fail_next_sync(Status error, std::uint64_t passing = 0);
  // Which call that was; nullopt while it has not come.
  std::optional<SimCall> failed_sync_call() const;
  // P4 without "bytes of another file". A whole batch of another partition, at the very offset that
  // is next, cannot be told from our own by its bytes; ext4 (data=ordered) and XFS (unwritten
  // extents) never expose freed blocks, so only worlds with one log keep this on.
  void set_exposes_other_files(bool exposes) { exposes_other_files_ = exposes; }
  // Bytes that all files may hold; appends beyond it get disk_full.
  void set_capacity(std::uint64_t bytes);
  std::uint64_t calls() const;
  // Of names and durable bytes, to count distinct states.
  std::uint64_t durable_hash() const;
  // Of names and live bytes.
  std::uint64_t live_hash() const;
  struct Content {
    std::string path;
    std::uint64_t size = 0;
    std::uint64_t hash = 0;
  };
  // Every file (not folder) with its live bytes, to show what differs.
  std::vector<Content> contents() const;
  // Full paths of all files (not folders) now.
  std::vector<std::string> files() const;

  // --- FileSystem ---
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
  friend class SimFile;
  friend class SimLock;
  struct Inode;
  struct DataChange;
  struct NameChange;
  struct CrashPlan;
  using Names = std::map<std::string, std::shared_ptr<Inode>, std::less<>>;  // a folder's inode is null

  using InodeCopies = std::vector<std::pair<const Inode*, std::shared_ptr<Inode>>>;

  static std::shared_ptr<Inode> after_cut(const Inode& inode, CrashPlan& plan, InodeCopies& copies);
  Status enter(SimCall call, const std::string& path, std::uint64_t position, std::uint64_t size,
               bool changes);
  void pend(NameChange change) LEAT_REQUIRES(mutex_);
  static void apply(const NameChange& change, Names& names);
  bool folder_exists(std::string_view path) const LEAT_REQUIRES(mutex_);
  std::uint64_t used_bytes() const LEAT_REQUIRES(mutex_);

  // SimFile's calls, by inode.
  StatusOr<std::size_t> read(const Inode& inode, std::uint64_t position, MutableByteView into,
                             bool cached) const;
  Status write(Inode& inode, std::uint64_t position, std::span<const ByteView> parts);
  Status truncate(Inode& inode, std::uint64_t size);
  Status sync(Inode& inode);
  void sync_locked(Inode& inode) LEAT_REQUIRES(mutex_);
  // The failure that was ordered, if any; notes that it came.
  Status take_sync_failure(SimCall call) LEAT_REQUIRES(mutex_);

  mutable Mutex mutex_;
  SimHook hook_;
  Names live_ LEAT_GUARDED_BY(mutex_);
  Names durable_ LEAT_GUARDED_BY(mutex_);
  std::vector<NameChange> pending_ LEAT_GUARDED_BY(mutex_);
  std::set<std::string> locks_ LEAT_GUARDED_BY(mutex_);
  std::uint64_t clock_ LEAT_GUARDED_BY(mutex_) = 0;  // orders pending changes of all files
  std::uint64_t calls_ LEAT_GUARDED_BY(mutex_) = 0;
  std::uint64_t capacity_ LEAT_GUARDED_BY(mutex_) = ~std::uint64_t{0};
  bool exposes_other_files_ = true;
  Status next_sync_ LEAT_GUARDED_BY(mutex_);
  std::uint64_t passing_syncs_ LEAT_GUARDED_BY(mutex_) = 0;  // before it
  std::optional<SimCall> failed_sync_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::storage
