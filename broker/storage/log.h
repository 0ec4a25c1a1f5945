#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "broker/storage/file_system.h"
#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/base/mutex.h"
#include "common/base/payload.h"

// One partition's log: segments in order, the last of them active. Kafka's files (FORMAT.md).
namespace leat::storage {

// Per-topic settings that decide where files are cut; may be replaced while the log is open.
struct LogOptions {
  std::uint32_t segment_bytes = 1u << 30;
  std::int64_t segment_ms = 7LL * 24 * 3600 * 1000;
  std::int64_t segment_jitter_ms = 0;
  std::uint32_t segment_index_bytes = 10u << 20;
  std::uint32_t index_interval_bytes = 4096;
  std::int64_t file_delete_delay_ms = 60'000;
  // Offsets may be missing between batches (compaction): recovery without a checkpoint row then
  // accepts gaps, which it otherwise takes for lost data.
  bool may_have_gaps = false;
  // Everything that was written before the log is opened has been synced by then, names included:
  // recovery syncs only what it changes itself.
  bool is_settled = false;
  // Each batch is synced before the next is written: only the last can be torn. Recovery refuses
  // (corruption) a log in which whole batches follow a damaged one, which it otherwise cuts there.
  bool is_synced_batch_by_batch = false;
};

// A batch as the partition hands it over: validated, base offset and leader epoch already patched.
struct BatchToAppend {
  ByteView bytes;
  Offset base_offset;
  Offset last_offset;
  std::int64_t max_timestamp = -1;
  LeaderEpoch leader_epoch;
};

// The end of some prefix of the log: the offset after its last batch, and where that is on disk.
struct LogPosition {
  Offset offset;
  Offset segment_base;
  std::uint64_t position = 0;  // bytes into that segment's .log

  bool operator==(const LogPosition&) const = default;
};

// What the broker-wide checkpoint remembers of a segment.
struct SegmentRow {
  Offset base;
  std::uint64_t size = 0;             // bytes of .log covered by a successful sync
  std::int64_t max_timestamp = -1;
  std::int64_t last_append_ms = -1;   // wall clock

  bool operator==(const SegmentRow&) const = default;
};

struct EpochStart {
  LeaderEpoch epoch;
  Offset start;
  bool operator==(const EpochStart&) const = default;
};

// What the broker-wide checkpoint remembers of a partition: everything a cold partition must answer
// without opening a file, and the point above which recovery scans.
struct LogRow {
  Offset start;                     // log start offset
  LogPosition durable;              // covered by a successful sync
  std::vector<SegmentRow> segments;
  std::vector<EpochStart> epochs;

  bool operator==(const LogRow&) const = default;
};

// What a sync must cover; made under the append lock, run without it.
struct SyncTicket {
  LogPosition end;                                // stable once the ticket's work succeeded
  std::vector<std::shared_ptr<File>> files;       // unsynced segments, oldest first
  std::vector<std::string> directories;           // whose names must become durable
  std::uint64_t name_changes = 0;                 // how many of the log's name changes they cover
  std::uint64_t truncations = 0;                  // a ticket from before truncate_to is void
  std::uint64_t cuts = 0;                         // how many shortenings of files it covers

  bool nothing_to_do() const { return files.empty() && directories.empty(); }
};

// Called for each whole batch that recovery keeps above the checkpoint, in order.
using RecoveredBatch = std::function<void(ByteView batch)>;

struct RecoveryReport {
  std::uint64_t scanned_bytes = 0;
  std::uint64_t cut_bytes = 0;      // torn tail, kept in *.torn up to 64 MiB
  std::uint64_t rebuilt_indexes = 0;
};

struct ReadRequest {
  Offset from;
  std::uint64_t max_bytes = 0;
  LogPosition limit;                // never beyond it (high watermark or last stable offset)
  bool at_least_one_batch = false;  // the first batch whole even if larger than max_bytes
  Wait wait = Wait::kMay;           // kMustNot: unavailable instead of waiting for the disk
  LogPosition begin{};              // what lies before it in its segment is damaged, and not looked at
};

struct ReadResult {
  Payload data;                 // whole batches but perhaps the last, which may be cut by max_bytes
  bool cold = false;            // the range is not in memory: read it on a worker (see read_through)
};

struct TimestampOffset {
  std::int64_t timestamp = -1;
  Offset offset{-1};
  LeaderEpoch leader_epoch = kNoLeaderEpoch;
};

// A part of a log: from a batch's begin up to another's, or to the end.
struct LogStretch {
  LogPosition begin{};
  std::optional<LogPosition> end;
};

class SegmentList;  // immutable list of segments, shared with readers

// Thread rule: "append side" calls are made by one thread at a time, under the partition's append
// mutex, but for those of which it is said that they may run beside anything else. Reads may run beside them from any thread and never wait for them or for the disk, except
// where said.
class Log {
 public:
  // Opens, recovering what lies above `row` (everything when there is no row). `directory` need not
  // exist: it is then created, synced, at the first append. Errors: failed_precondition "durable
  // data missing" when the files are shorter than the row says: nothing is touched; corruption never
  // (damage below the row is left where it is and answered by reads of that range).
  static StatusOr<std::unique_ptr<Log>> open(FileSystem& fs, const Clock& clock,
                                             std::string directory, const LogOptions& options,
                                             const std::optional<LogRow>& row,
                                             const RecoveredBatch& on_batch,
                                             RecoveryReport* report);
  virtual ~Log() = default;

  // --- append side ---
  // Writes all or nothing: on error (disk_full, io_error) the end is where it was before.
  virtual Status append(std::span<const BatchToAppend> batches) = 0;
  // Takes back everything from `end` on (a staged suffix whose write or sync failed).
  virtual Status truncate_to(const LogPosition& end) = 0;
  // Raises the log start and removes the segments wholly below it (renamed to *.deleted at once,
  // unlinked by purge_deleted after file.delete.delay.ms).
  virtual Status delete_before(Offset new_start) = 0;
  virtual SyncTicket prepare_sync() = 0;
  virtual void mark_synced(const SyncTicket& ticket) = 0;
  virtual void set_options(const LogOptions& options) = 0;
  // Closes the active segment and starts a new one, if it holds anything.
  virtual Status roll() = 0;
  // `row` is durable in the broker-wide checkpoint: deleted segments that it has left behind may be
  // unlinked from now on. Until then a power cut could leave a row that names files which are gone.
  // Blocks on nothing but the page cache.
  virtual void checkpointed(const LogRow& row) = 0;
  // The leader-epoch file, written beside the present one when that holds other epochs: whoever
  // calls syncs it and puts it in place (checkpoint.h). Null when there is nothing to write. Waits
  // for the disk; beside anything else.
  virtual StatusOr<std::unique_ptr<File>> write_epochs_beside(std::vector<EpochStart> epochs) = 0;
  // Unlinks *.deleted files whose delay has passed and that `checkpointed` released; true while some
  // remain. Workers only, beside anything else.
  virtual bool purge_deleted() = 0;
  // Drops open descriptors of a log in which everything is synced; they come back when needed.
  virtual void close_idle_files() = 0;

  // --- any thread ---
  virtual Offset start_offset() const = 0;
  virtual LogPosition end() const = 0;       // after the last appended batch
  virtual LogPosition durable() const = 0;   // after the last batch marked synced
  virtual std::uint64_t size_bytes() const = 0;
  // Every segment, oldest first, with its present size; sizes here are not limited to what is synced.
  virtual std::vector<SegmentRow> segments() const = 0;
  // The segments as the checkpoint should remember them now.
  virtual LogRow row() const = 0;
  // out_of_range below the start or above the limit; corruption when the batch there is damaged.
  virtual StatusOr<ReadResult> read(const ReadRequest& request) const = 0;
  // First record with timestamp >= t below `limit` in that stretch, and nothing else is looked at;
  // nullopt when there is none. Reads the disk.
  virtual StatusOr<std::optional<TimestampOffset>> find_timestamp(
      std::int64_t t, Offset limit, const LogStretch& stretch = {}) const = 0;
  // The record with the greatest timestamp, likewise.
  virtual StatusOr<std::optional<TimestampOffset>> find_max_timestamp(
      Offset limit, const LogStretch& stretch = {}) const = 0;
  // Epoch entries, oldest first (leader-epoch-checkpoint).
  virtual std::vector<EpochStart> epochs() const = 0;
};

// Replaces the ranges of one ReadResult by bytes read now and checks their CRCs. A damaged batch ends
// the payload before it; corruption when it is the first. Blocks on the disk: workers only.
Status materialize(Payload& data);

// The same check for what is to be sent: every range is read once, through a small buffer, which
// brings it into memory, and stays a range. Blocks on the disk: workers only.
Status read_through(Payload& data);

}  // namespace leat::storage
