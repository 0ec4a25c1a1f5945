#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "broker/options/topic_options.h"
#include "broker/storage/broker_checkpoint.h"
#include "broker/storage/compaction.h"
#include "broker/storage/log.h"
#include "broker/storage/loss.h"
#include "broker/storage/scrub.h"
#include "broker/topics/fetch_waiter.h"
#include "broker/topics/producer_state.h"
#include "broker/topics/refused_batches.h"
#include "broker/topics/topic_log_options.h"
#include "broker/topics/wake_list.h"
#include "common/base/executor.h"
#include "common/base/mutex.h"
#include "common/protocol/errors.h"
#include "common/record/batch_view.h"

namespace leat::topics {

class FlushGate;
class PartitionMetadataWriter;
class ReplacedFiles;
class StartSync;

// What every partition of a broker shares. Outlives them.
struct PartitionContext {
  storage::FileSystem* files = nullptr;
  const Clock* clock = nullptr;
  FlushGate* gate = nullptr;
  StartSync* start_sync = nullptr;
  PartitionMetadataWriter* partition_metadata = nullptr;
  storage::BrokerCheckpoint* checkpoint = nullptr;
  WorkerPool* workers = nullptr;
  LeaderEpoch leader_epoch;
  // Called on a disk error that must end the process; does not return to whoever would acknowledge.
  std::function<void(const Status&)> fatal;
  // True while produce must be refused because the disk is (nearly) full.
  const std::atomic<bool>* disk_is_full = nullptr;
  // Bytes appended and not yet synced over all partitions; decides writeback and back-pressure.
  std::atomic<std::int64_t>* unsynced_bytes = nullptr;
  // Bytes ever appended; paces the checkpoint.
  std::atomic<std::int64_t>* appended_bytes = nullptr;
};

// The ends of a partition. start <= last stable <= high watermark <= end.
struct Ends {
  Offset start;
  storage::LogPosition last_stable;     // read_committed readers stop here
  storage::LogPosition high_watermark;  // every other reader stops here
  storage::LogPosition end;             // after the last append, stable or not
};

// One batch on its way in. `bytes` is patched in place: base offset and leader epoch.
struct ProduceBatch {
  MutableByteView bytes;
  record::BatchHeader header;
  std::int64_t max_timestamp = -1;  // the greatest of its records
  bool may_use_reserve = false;     // written also when the disk is full but for the reserve
};

struct AppendOutcome {
  ErrorCode error = ErrorCode::kNone;
  std::string message;              // for people, may be empty
  Offset base_offset{-1};
  std::int64_t log_append_ms = -1;  // only on LogAppendTime topics and for duplicates
  Offset log_start{-1};
  Offset end;                       // acknowledged with acks=all once the high watermark is here
  bool wait_even_for_acks_1 = false;  // the loss window is full
};

// A batch that is to be appended, and what became of it.
struct PendingAppend {
  ProduceBatch batch;
  AppendOutcome outcome;
};

// Bounds of the acks=1 loss window (DURABILITY: W).
inline constexpr std::uint64_t kLossWindowBytes = 1 << 20;
// A relaxed partition joins a flush after this much, so that what a later sync finds dirty is bounded.
inline constexpr std::uint64_t kRelaxedFlushEvery = 64 << 20;
// After a sixteenth of it for each such part of the limit below that is unsynced over all partitions.
inline constexpr std::int64_t kMuchUnsyncedBytes = 256LL << 20;
// Above this much appended and not yet synced, over all partitions, no produce request is begun.
inline constexpr std::int64_t kMaxUnsyncedBytes = 1LL << 30;
// Written pages of a partition are handed to the disk after this much, or after what comes while
// the last are. Little at a time: the kernel does not leave a CPU on which it does so to an event
// loop.
inline constexpr std::uint64_t kWritebackEvery = 1 << 20;
inline constexpr Duration kLossWindowAge = std::chrono::milliseconds(50);
// Idempotent producers that a partition remembers; above it the tenth that wrote least recently is
// forgotten, as if producer.id.expiration.ms were over. Their state goes whole into each checkpoint.
inline constexpr std::size_t kMaxProducers = 100'000;

// One partition: its log, its producers, its ends and who waits for them. Opens lazily.
//
// Locks: `append_mutex_` serialises everything that changes the log; `view_mutex_` (inside it)
// guards the published ends and the waiters and is never held across I/O. Reads take only the
// latter. `upkeep_mutex_`, taken first, keeps the files from being moved away under work on them that
// appends need not wait for.
class Partition : public std::enable_shared_from_this<Partition> {
 public:
  Partition(const PartitionContext& context, TopicPartitionId id, std::string topic,
            std::string directory, std::shared_ptr<const TopicOptions> options);
  ~Partition();

  const TopicPartitionId& id() const { return id_; }
  PartitionIndex index() const { return id_.partition; }
  const std::string& topic() const { return topic_; }
  const std::string& directory() const { return directory_; }

  // --- opening ---
  bool is_open() const { return state_.load(std::memory_order_acquire) == State::kOpen; }
  // Runs `done` when the partition is open, offline or deleted: at once if it is so already, else on
  // `executor` after a worker recovered it.
  void when_open(Executor* executor, Task done);
  // The same, blocking; for workers.
  void open_now();
  // kNone when open; kKafkaStorageError when offline; kUnknownTopicOrPartition when deleted.
  ErrorCode availability() const;
  // What a call that needs the partition open answers: kNone when it is.
  ErrorCode serving_error() const;
  Status offline_reason() const;
  // Offline for want of descriptors or space: it is opened again when next asked for.
  void look_again_if_offline();

  // --- durable data missing; workers only, they block on the disk ---
  // What is missing. failed_precondition when the partition is not offline for that reason.
  StatusOr<storage::LossReport> assess_loss();
  // What somebody was shown, and now accepts.
  struct ShownLoss {
    Offset found_end;
    std::uint64_t lost_offsets = 0;
  };
  // Accepts the loss if it is still just that, and opens the partition: the lost offsets are a gap,
  // the next record comes at the report's new_end or later. Durable when it returns. Asking again
  // for what was accepted since the start is answered alike. failed_precondition as above;
  // out_of_range when something else is missing than was shown; other errors: it stays offline.
  StatusOr<storage::LossReport> accept_loss(const ShownLoss& shown);

  // --- append side; the partition is open ---
  // Stage 1 of a produce: checks sequence, assigns the offset, writes, and asks for a flush; for
  // each in order, with as few writes as may be. One that is refused does not keep others out.
  void append(std::span<PendingAppend> appends);
  AppendOutcome append(ProduceBatch& batch);
  // Runs `done` on `executor` once the high watermark reaches `end`; false when it already has, and
  // then `done` is not used.
  [[nodiscard]] bool wait_stable(Offset end, Executor* executor, Task& done);

  // --- flushing: the gate and the checkpointer only ---
  storage::SyncTicket prepare_sync();
  // After the ticket's sync succeeded: raises the high watermark, collects whom to wake.
  void flushed(const storage::SyncTicket& ticket, WakeList& wakes);
  std::atomic<bool>& in_flush_set() { return in_flush_set_; }
  // What a checkpoint may record once `ticket` is synced; nullopt when nothing changed since the last.
  // The producers are those of ticket.end: a state that knew later batches would answer a retry with
  // an offset that a power cut took away.
  struct CheckpointCandidate {
    storage::SyncTicket ticket;
    Bytes producers;
    std::uint64_t changes = 0;
  };
  std::optional<CheckpointCandidate> prepare_checkpoint();
  // The row for a candidate whose ticket was synced and handed to `flushed`.
  storage::LogRow checkpoint_row(const CheckpointCandidate& candidate) const;
  // The row is durable: what it no longer names may be unlinked.
  void checkpointed(const CheckpointCandidate& candidate, const storage::LogRow& row);
  // Then: the leader-epoch file, which joins `beside` when the row has other epochs than it.
  Status write_epochs_beside(const storage::LogRow& row, ReplacedFiles& beside);

  // --- reading; the partition is open ---
  Ends ends() const;
  // Up to the end that `read_committed` names; unavailable when `wait` forbids what it takes.
  StatusOr<storage::ReadResult> read(Offset from, std::uint64_t max_bytes, bool at_least_one_batch,
                                     bool read_committed, storage::Wait wait) const;
  using FoundRecord = std::optional<storage::TimestampOffset>;
  // As the log's, of what is not known to be damaged. They read the disk.
  StatusOr<FoundRecord> find_timestamp(std::int64_t t, Offset limit) const;
  StatusOr<FoundRecord> find_max_timestamp(Offset limit) const;
  storage::Log& log() const { return *log_; }
  // Lists `waiter` unless the high watermark has moved beyond `seen`: then false, read again.
  [[nodiscard]] bool add_fetch_waiter(Offset seen, const std::shared_ptr<FetchWaiter>& waiter);
  void remove_fetch_waiter(const FetchWaiter* waiter);

  // --- administration; workers only, they block on the disk ---
  // DeleteRecords and retention: nothing below `new_start` is served any more.
  Status delete_before(Offset new_start);
  // Deletes the oldest segments that the topic's retention lets go, and old files.
  void enforce_retention(std::int64_t now_ms);
  std::size_t expire_producers(std::int64_t cutoff_ms);
  // --- compaction: the cleaner only ---
  struct CompactionNeed {
    storage::CompactionView view;
    bool due = false;
    // A checkpoint must come first: what it does not cover is never compacted.
    bool wants_checkpoint = false;
  };
  // Rolls the active segment when max.compaction.lag.ms demands it, and unlinks old files. A partition
  // that is not open, or not compacted, is never due.
  CompactionNeed prepare_compaction(std::int64_t now_ms);
  // One pass. `settings` brings what the broker decides; the topic's part is filled in.
  StatusOr<storage::CompactionReport> compact(
      storage::CompactionSettings settings, std::int64_t now_ms,
      const std::function<Status(std::uint64_t bytes)>& pace);
  // --- scrubbing: the scrubber only ---
  // The committed checkpoint row, with the segments that are there now. nullopt while there is none
  // and when the partition is deleted; unavailable when it is being opened or offline, or when
  // nothing can be said of the segments without opening it.
  StatusOr<std::optional<storage::LogRow>> checkpointed_row();
  // Takes `found` for what is damaged of a segment; appends go on in a new one. Returns what was
  // not known before; nullopt when the segment is not that one any more, and nothing is noted.
  // Waits for a compaction that is under way; none follows while damage is known.
  std::optional<std::vector<storage::Damage>> note_damage(const storage::SegmentToScrub& segment,
                                                          std::vector<storage::Damage> found);
  bool knows_damage_in(Offset segment_base) const;
  // Unlinks what was deleted long enough ago.
  void purge_deleted();
  // Does not wait for an opening.
  void set_options(std::shared_ptr<const TopicOptions> options);
  std::shared_ptr<const TopicOptions> options() const;
  // partition.metadata, which joins `beside`. not_found when the partition was deleted.
  // PartitionMetadataWriter only.
  Status write_metadata_beside(ReplacedFiles& beside);
  // Wakes everyone; every call after it answers kUnknownTopicOrPartition.
  void mark_deleted();
  void close_idle_files();
  std::optional<SequencedBatch> last_batch_of(ProducerId producer) const;

 private:
  // kQueued: a worker is to open it and has not begun.
  enum class State { kClosed, kQueued, kOpening, kOpen, kOffline, kDeleted };
  struct StableWaiter {
    Offset end;
    Executor* executor;
    Task done;
  };

  bool claim_opening();
  bool is_opening() const;
  void recover_and_finish();
  Status recover();
  std::function<void(ByteView)> remember_producers() LEAT_REQUIRES(append_mutex_);
  StatusOr<storage::CheckpointEntry> row_with_loss() LEAT_REQUIRES(loss_mutex_);
  StatusOr<storage::LossReport> accept_offline(const ShownLoss& shown)
      LEAT_REQUIRES(loss_mutex_) LEAT_EXCLUDES(append_mutex_);
  // The end of an opening, or a deletion: sets the state and wakes whom it concerns.
  void finish(State state) LEAT_EXCLUDES(view_mutex_);
  void hand_over_options() LEAT_EXCLUDES(append_mutex_);
  bool is_relaxed() const;
  StatusOr<storage::ReadResult> read_around_damage(storage::ReadRequest request) const;
  std::vector<storage::LogStretch> sound_stretches() const;
  void end_unless_passing(const Status& failed) const;
  Status refuse_damage_below(Offset limit) const;
  void roll_off_damage() LEAT_REQUIRES(append_mutex_);
  ErrorCode check_sequence(const SequencedBatch& incoming, AppendOutcome& outcome) const
      LEAT_REQUIRES(append_mutex_);
  AppendOutcome refuse(const SequencedBatch& batch, std::string_view why)
      LEAT_REQUIRES(append_mutex_);
  struct Run;
  enum class Fits { kNo, kToBeChecked, kFollows };
  static Fits fits(const Run& run, const ProduceBatch& batch, const TopicOptions& topic);
  bool admit(PendingAppend& pending, bool checks_sequence) LEAT_REQUIRES(append_mutex_);
  storage::BatchToAppend stamp(PendingAppend& pending, Offset base, bool log_append_time,
                               std::int64_t now_ms) LEAT_REQUIRES(append_mutex_);
  std::size_t append_run(std::span<PendingAppend> appends, std::int64_t now_ms, Run& run)
      LEAT_REQUIRES(append_mutex_);
  bool account(const Run& run, std::int64_t now_ms) LEAT_REQUIRES(append_mutex_);
  void remember_producer_of(const PendingAppend& appended, std::int64_t now_ms)
      LEAT_REQUIRES(append_mutex_);
  bool publish_end(const storage::LogPosition& end, std::size_t bytes) LEAT_EXCLUDES(view_mutex_);
  void publish(const storage::LogPosition& high_watermark, WakeList& wakes)
      LEAT_EXCLUDES(view_mutex_);
  void wake_fetchers(std::int64_t new_bytes, bool look_again, WakeList& wakes)
      LEAT_REQUIRES(view_mutex_);
  void remember(const SequencedBatch& batch) LEAT_REQUIRES(append_mutex_);
  void count_synced() LEAT_REQUIRES(append_mutex_);
  bool has_files_to_delete(std::int64_t now_ms);
  storage::SyncTicket prepare_sync_locked() LEAT_REQUIRES(append_mutex_);
  bool roll_for_compaction() LEAT_REQUIRES(append_mutex_);
  // Unsynced bytes from which on a relaxed partition joins a flush.
  std::uint64_t relaxed_flush_every() const;
  void smooth_writeback(std::size_t bytes) LEAT_REQUIRES(append_mutex_);
  // Whether the directory says whose it is; an error when it is another topic's.
  StatusOr<bool> check_identity() const;

  const PartitionContext& context_;
  const TopicPartitionId id_;
  const std::string topic_;
  const std::string directory_;
  std::atomic<State> state_{State::kClosed};
  std::atomic<bool> in_flush_set_{false};
  std::atomic<bool> has_deleted_files_{false};  // perhaps
  std::atomic<bool> looked_for_deleted_files_{false};
  std::atomic<bool> has_damage_{false};  // damage_ is not empty

  Mutex loss_mutex_;        // taken before append_mutex_; held while a loss is looked at or accepted
  Mutex upkeep_mutex_;      // taken before append_mutex_
  Mutex compaction_mutex_;  // taken before append_mutex_; held for a whole pass
  mutable Mutex append_mutex_;
  std::unique_ptr<storage::Log> log_;  // set before the state becomes kOpen; never replaced
  ProducerState producers_ LEAT_GUARDED_BY(append_mutex_);
  RefusedBatches refused_ LEAT_GUARDED_BY(append_mutex_);
  std::int64_t last_append_ms_ LEAT_GUARDED_BY(append_mutex_) = -1;
  std::uint64_t changes_ LEAT_GUARDED_BY(append_mutex_) = 0;
  std::uint64_t changes_checkpointed_ LEAT_GUARDED_BY(append_mutex_) = 0;
  std::uint64_t unsynced_bytes_ LEAT_GUARDED_BY(append_mutex_) = 0;
  std::uint64_t bytes_since_writeback_ LEAT_GUARDED_BY(append_mutex_) = 0;
  // Shared with the worker that does it.
  const std::shared_ptr<std::atomic<bool>> writeback_runs_ =
      std::make_shared<std::atomic<bool>>(false);
  std::optional<storage::LossReport> accepted_loss_ LEAT_GUARDED_BY(append_mutex_);
  bool identified_ LEAT_GUARDED_BY(append_mutex_) = false;  // partition.metadata is there
  // The segment in which the committed checkpoint row's durable position lies. Compaction stays below
  // it: the producers of that row know every batch there.
  Offset checkpointed_base_ LEAT_GUARDED_BY(append_mutex_){0};

  mutable Mutex view_mutex_ LEAT_ACQUIRED_AFTER(append_mutex_);
  Ends ends_ LEAT_GUARDED_BY(view_mutex_);
  MonotonicTime oldest_unstable_ LEAT_GUARDED_BY(view_mutex_);
  std::uint64_t unstable_bytes_ LEAT_GUARDED_BY(view_mutex_) = 0;
  std::shared_ptr<const TopicOptions> options_ LEAT_GUARDED_BY(view_mutex_);
  std::deque<StableWaiter> stable_waiters_ LEAT_GUARDED_BY(view_mutex_);
  std::vector<std::shared_ptr<FetchWaiter>> fetch_waiters_ LEAT_GUARDED_BY(view_mutex_);
  std::vector<std::pair<Executor*, Task>> open_waiters_ LEAT_GUARDED_BY(view_mutex_);
  Status offline_reason_ LEAT_GUARDED_BY(view_mutex_);
  storage::DamageMap damage_ LEAT_GUARDED_BY(view_mutex_);
  CondVar opened_;
};

}  // namespace leat::topics
