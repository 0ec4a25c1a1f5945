// The append side of a partition: stage 1 of a produce. What is appended together becomes as few
// writes as may be: a write costs the kernel nearly as much as the pages it fills.
#include <absl/container/inlined_vector.h>

#include <algorithm>

#include "broker/topics/flush_gate.h"
#include "broker/topics/partition.h"
#include "broker/topics/partition_metadata.h"
#include "common/base/log.h"
#include "common/record/rewrite.h"

namespace leat::topics {
namespace {

// Of one write: flushes and other appenders get their turn in between.
constexpr std::size_t kMaxRunBatches = 64;
constexpr std::uint64_t kMaxRunBytes = 256 << 10;

}  // namespace

ErrorCode Partition::check_sequence(const SequencedBatch& incoming, AppendOutcome& outcome) const {
  const SequenceCheck check = producers_.check(incoming);
  if (check.verdict != SequenceVerdict::kDuplicate && !refused_.empty() &&
      refused_.has_one_before(incoming, context_.clock->monotonic())) {
    outcome.message = "The producer's batch before this one was refused and has to come first";
    return ErrorCode::kKafkaStorageError;
  }
  switch (check.verdict) {
    case SequenceVerdict::kAppend:
      return ErrorCode::kNone;
    case SequenceVerdict::kOutOfOrder:
      return ErrorCode::kOutOfOrderSequenceNumber;
    case SequenceVerdict::kFenced:
      return ErrorCode::kInvalidProducerEpoch;
    case SequenceVerdict::kDuplicate:
      break;
  }
  outcome.base_offset = check.original.base_offset;
  outcome.log_append_ms = check.original.append_ms;
  outcome.end = check.original.last_offset + 1;
  return ErrorCode::kDuplicateSequenceNumber;
}

// After a write or a sync that failed nobody knows what the disk holds.
void Partition::end_unless_passing(const Status& failed) const {
  const bool passes = is_disk_full(failed) || failed.code() == StatusCode::kResourceExhausted;
  if (!passes) context_.fatal(with_context(failed, directory_));
}

// For a reason that passes: the producer tries again.
AppendOutcome Partition::refuse(const SequencedBatch& batch, std::string_view why) {
  if (batch.producer.value() >= 0) refused_.add(batch, context_.clock->monotonic());
  AppendOutcome outcome;
  outcome.error = ErrorCode::kKafkaStorageError;
  outcome.message = why;
  return outcome;
}

// True when the batch is to be written; else its outcome says what became of it.
bool Partition::admit(PendingAppend& pending, bool checks_sequence) {
  const ProduceBatch& batch = pending.batch;
  AppendOutcome& outcome = pending.outcome;
  const SequencedBatch sequenced = sequence_of(batch.header);
  outcome.error = serving_error();
  if (outcome.error == ErrorCode::kKafkaStorageError) outcome = refuse(sequenced, {});
  if (outcome.error != ErrorCode::kNone) return false;
  outcome.log_start = log_->start_offset();
  if (checks_sequence && batch.header.has_producer_id()) {
    outcome.error = check_sequence(sequenced, outcome);
    if (outcome.error == ErrorCode::kDuplicateSequenceNumber) {
      refused_.forget_if(sequenced);
      outcome.error = ErrorCode::kNone;
      return false;
    }
    if (outcome.error != ErrorCode::kNone) return false;
  }
  if (!batch.may_use_reserve && context_.disk_is_full->load(std::memory_order_relaxed)) {
    outcome = refuse(sequenced, "The disk is full: produce is refused until space returns");
    return false;
  }
  return true;
}

// Gives the batch its offset, its leader epoch and, where the topic wants that, its time.
storage::BatchToAppend Partition::stamp(PendingAppend& pending, Offset base, bool log_append_time,
                                        std::int64_t now_ms) {
  ProduceBatch& batch = pending.batch;
  record::patch_base_offset(batch.bytes, base);
  record::patch_leader_epoch(batch.bytes, context_.leader_epoch);
  if (log_append_time) {
    last_append_ms_ = std::max(last_append_ms_, now_ms);
    record::set_log_append_time(batch.bytes, last_append_ms_);
    batch.max_timestamp = pending.outcome.log_append_ms = last_append_ms_;
  }
  storage::BatchToAppend one;
  one.bytes = batch.bytes;
  one.base_offset = base;
  one.last_offset = base + batch.header.last_offset_delta;
  one.max_timestamp = batch.max_timestamp;
  one.leader_epoch = context_.leader_epoch;
  pending.outcome.base_offset = one.base_offset;
  pending.outcome.end = one.last_offset + 1;
  return one;
}

// What goes into one write. It is all there or not at all.
struct Partition::Run {
  absl::InlinedVector<PendingAppend*, 4> appends;
  absl::InlinedVector<storage::BatchToAppend, 4> batches;
  std::uint64_t bytes = 0;

  const record::BatchHeader* last_of(ProducerId producer) const {
    for (auto a = appends.rbegin(); a != appends.rend(); ++a) {
      if ((*a)->batch.header.producer_id == producer) return &(*a)->batch.header;
    }
    return nullptr;
  }
};

Partition::Fits Partition::fits(const Run& run, const ProduceBatch& batch,
                                const TopicOptions& topic) {
  if (run.appends.empty()) return Fits::kToBeChecked;
  // No segment grows beyond its size, or spans more time than it may, for the sake of a long write.
  const auto most = std::min(kMaxRunBytes, static_cast<std::uint64_t>(topic.segment_bytes));
  const std::int64_t first = run.appends.front()->batch.max_timestamp;
  if (run.appends.size() == kMaxRunBatches || run.bytes + batch.bytes.size() > most ||
      batch.max_timestamp - first > topic.segment_ms) {
    return Fits::kNo;
  }
  if (!batch.header.has_producer_id()) return Fits::kToBeChecked;
  const auto* before = run.last_of(batch.header.producer_id);
  if (before == nullptr) return Fits::kToBeChecked;
  // What the state of its producer will be once the run is written.
  const bool follows = before->producer_epoch == batch.header.producer_epoch &&
                       next_sequence(before->last_sequence()) == batch.header.base_sequence;
  return follows ? Fits::kFollows : Fits::kNo;
}

// Writes what stands at the front and fits into one write; returns how many it dealt with.
std::size_t Partition::append_run(std::span<PendingAppend> appends, std::int64_t now_ms, Run& run) {
  const auto topic = options();
  const bool log_append_time = topic->message_timestamp_type == TimestampType::kLogAppendTime;
  Offset next;
  std::size_t n = 0;
  for (; n < appends.size(); ++n) {
    const Fits fit = fits(run, appends[n].batch, *topic);
    if (fit == Fits::kNo) break;
    if (!admit(appends[n], /*checks_sequence=*/fit == Fits::kToBeChecked)) continue;
    if (run.appends.empty())
      next = log_->end().offset;  // only an open partition admits, and has a log
    run.batches.push_back(stamp(appends[n], next, log_append_time, now_ms));
    run.appends.push_back(&appends[n]);
    run.bytes += appends[n].batch.bytes.size();
    next = appends[n].outcome.end;
  }
  if (run.appends.empty()) return n;
  if (const Status s = log_->append(run.batches); !s.ok()) {
    end_unless_passing(s);
    for (PendingAppend* a : run.appends)
      a->outcome = refuse(sequence_of(a->batch.header), message(s));
    run = {};
  }
  return n;
}

void Partition::remember_producer_of(const PendingAppend& appended, std::int64_t now_ms) {
  if (!appended.batch.header.has_producer_id()) return;
  SequencedBatch sequenced = sequence_of(appended.batch.header);
  sequenced.base_offset = appended.outcome.base_offset;
  sequenced.last_offset = appended.outcome.end - 1;
  sequenced.append_ms = now_ms;
  remember(sequenced);
  if (!refused_.empty()) refused_.forget(sequenced.producer, context_.clock->monotonic());
}

// What was written belongs to the log; returns whether it wants a flush.
bool Partition::account(const Run& run, std::int64_t now_ms) {
  for (const PendingAppend* a : run.appends) remember_producer_of(*a, now_ms);
  ++changes_;
  unsynced_bytes_ += run.bytes;
  context_.unsynced_bytes->fetch_add(static_cast<std::int64_t>(run.bytes),
                                     std::memory_order_relaxed);
  context_.appended_bytes->fetch_add(static_cast<std::int64_t>(run.bytes),
                                     std::memory_order_relaxed);
  smooth_writeback(run.bytes);
  if (!std::exchange(identified_, true)) context_.partition_metadata->add(shared_from_this());
  const bool wait = publish_end(log_->end(), run.bytes);
  for (PendingAppend* a : run.appends) a->outcome.wait_even_for_acks_1 = wait;
  return !is_relaxed() || unsynced_bytes_ >= relaxed_flush_every();
}

void Partition::append(std::span<PendingAppend> appends) {
  const std::int64_t now_ms = context_.clock->wall_ms();
  std::optional<storage::LogPosition> end;
  bool wants_flush = false;
  for (std::size_t at = 0; at < appends.size();) {
    MutexLock lock(append_mutex_);
    Run run;
    at += append_run(appends.subspan(at), now_ms, run);
    if (run.appends.empty()) continue;
    wants_flush |= account(run, now_ms);
    end = log_->end();
  }
  if (!end) return;
  if (is_relaxed()) {
    WakeList wakes;
    publish(*end, wakes);
    wakes.post();
  }
  if (wants_flush) context_.gate->request(shared_from_this());
}

AppendOutcome Partition::append(ProduceBatch& batch) {
  PendingAppend one{batch, {}};
  append(std::span(&one, 1));
  return std::move(one.outcome);
}

void Partition::remember(const SequencedBatch& batch) {
  producers_.remember(batch);
  if (producers_.size() <= kMaxProducers) return;
  LOG_WARN(
      "more than {} producer ids wrote to one partition, the oldest tenth is forgotten "
      "partition={}",
      kMaxProducers, directory_);
  producers_.keep_newest(kMaxProducers - kMaxProducers / 10);
}

// The more is unsynced over all partitions, the sooner: a thousand that each have a little would
// come to the limit of all, and stand still for one sync of it.
std::uint64_t Partition::relaxed_flush_every() const {
  const std::int64_t of_all = context_.unsynced_bytes->load(std::memory_order_relaxed);
  return kRelaxedFlushEvery >> (4 * (std::max<std::int64_t>(of_all, 0) / kMuchUnsyncedBytes));
}

// Without it a relaxed topic's dirty pages gather until a sync of some other partition has to wait
// for all of them. One at a time: where the disk is slower than the producers, all workers would
// come to wait for it.
void Partition::smooth_writeback(std::size_t bytes) {
  bytes_since_writeback_ += bytes;
  if (bytes_since_writeback_ < kWritebackEvery || writeback_runs_->exchange(true)) return;
  bytes_since_writeback_ = 0;
  context_.workers->submit([files = log_->prepare_sync().files, runs = writeback_runs_] {
    for (const auto& file : files) file->start_writeback();
    runs->store(false);
  });
}

// Whether even acks=1 waits: the loss window is full.
bool Partition::publish_end(const storage::LogPosition& end, std::size_t bytes) {
  const MonotonicTime now = context_.clock->monotonic();
  MutexLock lock(view_mutex_);
  if (unstable_bytes_ == 0) oldest_unstable_ = now;
  unstable_bytes_ += bytes;
  ends_.end = end;
  return options_->durability == Durability::kCommit &&
         (unstable_bytes_ > kLossWindowBytes || now - oldest_unstable_ > kLossWindowAge);
}

}  // namespace leat::topics
