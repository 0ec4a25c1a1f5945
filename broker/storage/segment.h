#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "broker/storage/batch_scan.h"
#include "broker/storage/handle_cache.h"
#include "broker/storage/log.h"
#include "broker/storage/next_batch_cache.h"
#include "broker/storage/offset_index.h"
#include "broker/storage/time_index.h"
#include "common/base/mutex.h"

namespace leat::storage {

// One .log file and its two indexes. The append side (everything up to "any thread") is called by one
// thread at a time; it publishes a size, and reads never look beyond that. Files are opened on
// demand, so a segment costs memory only.
class Segment {
 public:
  struct BatchPlace {
    std::uint64_t position = 0;
    std::uint64_t size = 0;
  };

  // Which names its files have: plain, or with a further suffix.
  enum class Naming : std::uint8_t { kLive, kDeleted, kReplaced, kCleaned };

  Segment(FileSystem& fs, std::shared_ptr<const std::string> directory, Offset base,
          Naming naming = Naming::kLive);

  // --- append side ---
  // Makes the three files, empty; an empty one left by an earlier attempt is taken over.
  Status create();
  // Takes an existing .log of `size` bytes, of which the first `synced` survive a power cut. Nothing
  // is read: indexes are looked at when they are needed.
  void adopt(std::uint64_t size, std::uint64_t synced, std::int64_t max_timestamp,
             std::int64_t last_append_ms);
  // True when `bytes` more, up to `last_offset`, belong into a new segment: size, time, index full or
  // relative offset, as Kafka decides it.
  StatusOr<bool> should_roll(const LogOptions& options, std::uint64_t bytes, Offset last_offset,
                             std::int64_t max_timestamp, std::int64_t now_ms);
  // All or nothing: on error the file is cut back. When even that fails it is tried again first by
  // the next call.
  Status append(std::span<const BatchToAppend> batches, std::uint32_t index_interval_bytes,
                std::int64_t now_ms);
  // Makes the indexes fit for the batches that recovery finds behind the adopted size; `end` is the
  // offset there.
  Status begin_scan(Offset end, std::uint32_t index_interval_bytes);
  // Accounts for a batch that is in the file already: recovery's append.
  void account(const ScannedBatch& batch, std::uint32_t index_interval_bytes);
  // Behind the last of them: only now it is known how late the latest is.
  void end_scan();
  // Writes out what the indexes hold in memory. Any thread.
  Status flush_indexes();
  // Nothing will be appended any more: completes the time index and writes both out.
  Status seal();
  // Cuts file and indexes; `end` is the offset after the last batch kept.
  Status truncate(std::uint64_t size, Offset end);
  // Gives the files other names; on error some have the new one, and calling again goes on.
  Status rename_files(Naming to);
  // From here on the files are named *.deleted.
  Status rename_deleted() { return rename_files(Naming::kDeleted); }
  // Keeps the three files open from now on: their names are about to be another segment's.
  Status hold_files();
  Status remove_files();
  // Reads what appending needs to know of an adopted segment: the part after the last index entry,
  // and indexes that are damaged are made again. `end` is the offset after its last batch.
  Status load_tail(Offset end, std::uint32_t index_interval_bytes);
  // `cuts` is the number of the last shortening that the sync covered.
  void mark_synced(std::uint64_t size, std::uint64_t cuts);
  // After an append that failed: whether the disk may hold a longer file than size(), because what it
  // left behind was, or is to be, cut off.
  bool take_may_be_longer() { return std::exchange(may_be_longer_, false); }
  // The file was shortened, which a sync must make durable as well; `cut` numbers it.
  void mark_cut(std::uint64_t cut) { cut_ = cut; }
  // True also when an earlier process may have shortened it and was killed before it could sync that.
  bool has_unsynced_cut() const { return cut_ != cut_synced_ || may_hide_a_cut_; }
  void may_hide_a_cut() { may_hide_a_cut_ = true; }
  // Makes that durable now. Must be done before anything else can hide that the file was longer: a
  // next segment, or another name.
  Status sync_cut();
  void close_files();

  std::uint64_t synced() const { return synced_.load(std::memory_order_acquire); }
  bool fully_synced() const { return synced() == size() && cut_ == cut_synced_; }
  // The files a sync of this segment must cover.
  Status collect_files(std::vector<std::shared_ptr<File>>& out);

  // --- any thread ---
  Offset base() const { return base_; }
  std::uint64_t size() const { return size_.load(std::memory_order_acquire); }
  std::int64_t max_timestamp() const { return max_timestamp_.load(std::memory_order_relaxed); }
  std::int64_t last_append_ms() const { return last_append_ms_.load(std::memory_order_relaxed); }
  // Opened if it is not; unavailable when `wait` forbids that.
  StatusOr<std::shared_ptr<File>> file(Wait wait = Wait::kMay) const;
  // Learns what the indexes hold, if nobody has yet, making them again when they are missing;
  // unavailable when `wait` forbids that.
  Status ensure_indexes(Wait wait = Wait::kMay) const;
  // The first batch whose last offset is >= `offset`, among those that begin below `end`; nullopt
  // when there is none. corruption when the way there is damaged; unavailable as File::read says. A
  // batch begins at `begin`, and what lies before it is not looked at.
  StatusOr<std::optional<ScannedBatch>> find(Offset offset, std::uint64_t end,
                                             std::uint64_t begin = 0, Wait wait = Wait::kMay) const;
  // Where that batch lies: all that a reader asks. For one at the tail it is known without a look
  // at the file, for one that reads on where it looked up the batch before with a look at its
  // header.
  StatusOr<std::optional<BatchPlace>> locate(Offset offset, std::uint64_t end, std::uint64_t begin,
                                             Wait wait) const;
  // The position in [begin, end) from which to look for the first batch with a timestamp >= t; `end`
  // when there is none. `begin` as above.
  StatusOr<std::uint64_t> position_before_timestamp(std::int64_t t, std::uint64_t begin,
                                                    std::uint64_t end) const;
  // The greatest timestamp of the batches that begin in [begin, end), with the first such batch.
  StatusOr<std::optional<ScannedBatch>> find_max_timestamp(Offset limit, std::uint64_t begin,
                                                           std::uint64_t end) const;

 private:
  // The last few appended batches, so that readers at the tail need neither index nor scan.
  struct RecentBatch {
    Offset last_offset{-1};
    BatchPlace place;
  };
  static constexpr std::size_t kRecent = 32;
  struct RecentRing {
    std::array<RecentBatch, kRecent> entries;
    std::size_t count = 0;  // ever added
  };

  std::string path(std::string_view suffix) const;
  std::string path(std::string_view suffix, Naming naming) const;
  std::string log_path() const { return path(kLog); }
  // Where a lookup of `offset` begins, as the index has it; nullopt: at the front.
  StatusOr<std::optional<OffsetPosition>> index_entry(Offset offset, std::uint64_t end,
                                                      Wait wait) const;
  std::optional<BatchPlace> recent_place(Offset offset) const;
  // The batch at `position` when it holds `offset`; nullopt when it does not, or is damaged.
  StatusOr<std::optional<ScannedBatch>> batch_at(std::uint64_t position, Offset offset,
                                                 std::uint64_t end, Wait wait) const;
  void remember(const RecentBatch& batch);
  Status rebuild_indexes(std::uint64_t end, std::uint32_t index_interval_bytes);
  Status trim_indexes(Offset end, std::uint32_t index_interval_bytes);
  Status read_tail(Offset end, std::uint32_t index_interval_bytes);
  Status read_newest();
  Status read_newest_from(std::uint64_t from, const TimeEntry& indexed);
  Status cut_back();

  static constexpr std::string_view kLog = ".log";

  FileSystem& fs_;
  const std::shared_ptr<const std::string> directory_;
  const Offset base_;
  std::atomic<std::uint64_t> size_ = 0;
  std::atomic<std::uint64_t> synced_ = 0;
  std::atomic<std::int64_t> max_timestamp_ = -1;
  std::atomic<std::int64_t> last_append_ms_ = -1;
  std::atomic<Naming> naming_;
  std::atomic<bool> held_ = false;  // open for as long as this object lives
  mutable CachedFile file_;

  // Append side only.
  bool tail_known_ = true;        // the five below are right
  bool damaged_ = false;          // its headers cannot be walked: nothing is appended here
  bool cut_back_needed_ = false;  // a failed append left bytes behind size_
  bool indexes_unsynced_ = false;
  bool may_hide_a_cut_ = false;
  bool may_be_longer_ = false;    // since the last append that succeeded
  std::uint64_t cut_ = 0;
  std::uint64_t cut_synced_ = 0;
  std::uint64_t bytes_since_index_entry_ = 0;
  TimeEntry newest_;              // greatest timestamp so far, and the first batch that has it
  std::optional<std::int64_t> first_timestamp_;
  std::int64_t created_ms_ = -1;  // wall clock at the first append

  mutable OffsetIndex offset_index_;
  mutable TimeIndex time_index_;
  mutable Mutex index_state_mutex_;
  mutable std::atomic<bool> indexes_loaded_ = false;  // set under the mutex, which loading holds

  mutable Mutex recent_mutex_;
  std::unique_ptr<RecentRing> recent_ LEAT_GUARDED_BY(recent_mutex_);
  mutable NextBatchCache next_batches_;
};

}  // namespace leat::storage
