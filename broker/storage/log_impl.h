#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "broker/storage/compaction_record.h"
#include "broker/storage/log.h"
#include "broker/storage/segment_list.h"

namespace leat::storage {

// A file that nobody needs any more, to be unlinked once its delay has passed.
struct LeftoverFile {
  std::string path;
  std::optional<Offset> awaits_row;  // its segment's base: not before a checkpoint row has forgotten it
};

// True when `row` can do without the deleted segment at `base` and without the evidence, in its name,
// that the log start has moved past it.
inline bool has_forgotten(const LogRow& row, Offset base) {
  if (row.start <= base) return false;
  return std::none_of(row.segments.begin(), row.segments.end(),
                      [&](const SegmentRow& segment) { return segment.base == base; });
}

// What recovery found, from which a log begins.
struct RecoveredLog {
  Offset start;
  LogPosition end;
  std::vector<std::shared_ptr<Segment>> segments;
  std::vector<EpochStart> epochs;
  std::vector<LeftoverFile> leftovers;
  CompactionRecord compaction;
  bool directory_exists = false;
};

// Segments that compaction wrote anew as one.
struct Replacement {
  std::vector<std::shared_ptr<Segment>> old_segments;  // adjacent, none of them active
  std::shared_ptr<Segment> made;                       // synced, named *.cleaned
  Offset end;                                          // base of the segment behind them
};

// The implementation behind log.h, in files by subject: log_append.cc, log_read.cc, log_time.cc,
// log_delete.cc, log_open.cc, log_compaction.cc.
class LogImpl final : public Log {
 public:
  LogImpl(FileSystem& fs, const Clock& clock, std::shared_ptr<const std::string> directory,
          const LogOptions& options, RecoveredLog recovered);

  Status append(std::span<const BatchToAppend> batches) override;
  Status truncate_to(const LogPosition& end) override;
  Status delete_before(Offset new_start) override;
  SyncTicket prepare_sync() override;
  void mark_synced(const SyncTicket& ticket) override;
  void set_options(const LogOptions& options) override {
    options_ = options;
    file_delete_delay_ms_ = options.file_delete_delay_ms;
  }
  Status roll() override;
  void checkpointed(const LogRow& row) override;
  StatusOr<std::unique_ptr<File>> write_epochs_beside(std::vector<EpochStart> epochs) override;
  bool purge_deleted() override;
  void close_idle_files() override;

  Offset start_offset() const override;
  LogPosition end() const override;
  LogPosition durable() const override;
  std::uint64_t size_bytes() const override;
  std::vector<SegmentRow> segments() const override;
  LogRow row() const override;
  StatusOr<ReadResult> read(const ReadRequest& request) const override;
  StatusOr<std::optional<TimestampOffset>> find_timestamp(std::int64_t t, Offset limit,
                                                          const LogStretch& stretch) const override;
  StatusOr<std::optional<TimestampOffset>> find_max_timestamp(
      Offset limit, const LogStretch& stretch) const override;
  std::vector<EpochStart> epochs() const override;

  // --- compaction: one compactor at a time ---
  std::shared_ptr<const SegmentList> list() const;
  FileSystem& files() const { return fs_; }
  CompactionRecord compaction_record() const;
  // Makes the record durable, then counts with it.
  Status write_compaction_record(CompactionRecord record);
  // A segment that nobody sees yet.
  std::shared_ptr<Segment> new_cleaned_segment(Offset base) const;
  // Append side. An empty active segment is where the log ends; true when that was news.
  bool settle_end();
  // Append side. From here on the old segments stay listed until finish_replacing. failed_precondition
  // when they are not listed any more (retention).
  Status begin_replacing(Replacement replacement);
  bool is_replacing() const { return replacement_.has_value(); }
  // Of the replacement that is under way: commit_replacing succeeded.
  bool is_committed() const { return committed_; }
  // Makes the names in the log's folder durable.
  Status sync_directory() { return fs_.sync_directory(*directory_); }
  // Append side. Takes begin_replacing back, before commit_replacing succeeded.
  Status abandon_replacing();
  // Writes down that the swap will happen; append side not needed. After an error that is neither
  // disk_full nor final nobody knows whether it is written: it is to be called again.
  Status commit_replacing();
  // Append side. The swap: renames, and the new list. After an error it may be called again.
  Status finish_replacing();
  // Makes the renames durable, and then writes down that nothing is pending.
  Status make_replacing_durable();
  // Append side. The old files may now be unlinked, which purge_deleted does.
  Status end_replacing();

 private:
  struct Deleted {
    std::shared_ptr<Segment> segment;  // null: a leftover file
    std::string path;
    std::int64_t at_ms = 0;
    std::optional<Offset> awaits_row;  // until a durable checkpoint row has_forgotten this base
  };

  void publish(std::vector<std::shared_ptr<Segment>> segments);
  Status check_batches(std::span<const BatchToAppend> batches) const;
  // The segment that takes the batches: the active one, or a new one.
  StatusOr<std::shared_ptr<Segment>> segment_for(std::span<const BatchToAppend> batches);
  Status add_segment(Offset base);
  Status make_directory();
  Status sync_names();
  void note_epoch(LeaderEpoch epoch, Offset start);
  LeaderEpoch epoch_of(Offset offset) const;
  Status detach_below_start();
  Status detach_front(std::size_t count);

  StatusOr<ReadResult> read_segment(const Segment& segment, const Segment::BatchPlace& first,
                                    std::uint64_t end, const ReadRequest& request) const;
  Status with_deletion_told(const Status& status, Offset from) const;
  StatusOr<std::optional<TimestampOffset>> find_timestamp_in(const Segment& segment, std::int64_t t,
                                                             Offset from, Offset limit,
                                                             const LogStretch& stretch) const;
  StatusOr<std::optional<TimestampOffset>> first_record_at(const Segment& segment,
                                                           const ScannedBatch& batch, std::int64_t t,
                                                           Offset from, Offset limit) const;

  FileSystem& fs_;
  const Clock& clock_;
  const std::shared_ptr<const std::string> directory_;

  // Append side only.
  LogOptions options_;
  std::atomic<std::int64_t> file_delete_delay_ms_{options_.file_delete_delay_ms};
  bool directory_exists_;
  bool parent_unsynced_ = false;
  std::uint64_t name_changes_;             // files created and removed so far
  std::uint64_t name_changes_synced_ = 0;  // of these, covered by a directory sync
  std::uint64_t truncations_ = 0;
  std::uint64_t cuts_ = 0;                 // files shortened so far

  // Set by the compactor as append side, so that either may look into them.
  std::optional<Replacement> replacement_;
  bool committed_ = false;  // of replacement_: it will happen, also after a crash
  bool swapped_ = false;    // of replacement_: it has happened here

  // What readers and the checkpoint see.
  mutable Mutex mutex_;
  std::shared_ptr<const SegmentList> list_ LEAT_GUARDED_BY(mutex_);
  Offset start_ LEAT_GUARDED_BY(mutex_);
  LogPosition end_ LEAT_GUARDED_BY(mutex_);
  LogPosition durable_ LEAT_GUARDED_BY(mutex_);
  std::vector<EpochStart> epochs_ LEAT_GUARDED_BY(mutex_);
  std::vector<Deleted> deleted_ LEAT_GUARDED_BY(mutex_);
  CompactionRecord compaction_ LEAT_GUARDED_BY(mutex_);

  // Held while the file is written: two checkpoints never write it at once.
  Mutex epoch_file_mutex_;
  std::vector<EpochStart> epochs_in_file_ LEAT_GUARDED_BY(epoch_file_mutex_);  // as last read
};

}  // namespace leat::storage
