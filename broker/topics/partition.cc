#include "broker/topics/partition.h"

#include <algorithm>

#include "broker/storage/checkpoint.h"
#include "broker/topics/flush_gate.h"
#include "broker/topics/partition_metadata.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "common/record/rewrite.h"

namespace leat::topics {

Partition::Partition(const PartitionContext& context, TopicPartitionId id, std::string topic,
                     std::string directory, std::shared_ptr<const TopicOptions> options)
    : context_(context),
      id_(id),
      topic_(std::move(topic)),
      directory_(std::move(directory)),
      options_(std::move(options)) {}

Partition::~Partition() = default;

std::shared_ptr<const TopicOptions> Partition::options() const {
  MutexLock lock(view_mutex_);
  return options_;
}

bool Partition::is_relaxed() const { return options()->durability == Durability::kRelaxed; }

Ends Partition::ends() const {
  MutexLock lock(view_mutex_);
  return ends_;
}

// --- append side ---

ErrorCode Partition::check_sequence(const SequencedBatch& incoming, AppendOutcome& outcome) const {
  const SequenceCheck check = producers_.check(incoming);
  if (check.verdict != SequenceVerdict::kDuplicate && !refused_.empty() &&
      refused_.has_one_before(incoming, context_.clock->monotonic())) {
    outcome.message = "The producer's batch before this one was refused and has to come first";
    return ErrorCode::kKafkaStorageError;
  }
  switch (check.verdict) {
    case SequenceVerdict::kAppend: return ErrorCode::kNone;
    case SequenceVerdict::kOutOfOrder: return ErrorCode::kOutOfOrderSequenceNumber;
    case SequenceVerdict::kFenced: return ErrorCode::kInvalidProducerEpoch;
    case SequenceVerdict::kDuplicate: break;
  }
  outcome.base_offset = check.original.base_offset;
  outcome.log_append_ms = check.original.append_ms;
  outcome.end = check.original.last_offset + 1;
  return ErrorCode::kDuplicateSequenceNumber;
}

Status Partition::write(ProduceBatch& batch, std::int64_t now_ms, AppendOutcome& outcome) {
  const storage::LogPosition end = log_->end();
  record::patch_base_offset(batch.bytes, end.offset);
  record::patch_leader_epoch(batch.bytes, context_.leader_epoch);
  const auto current = options();
  if (current->message_timestamp_type == TimestampType::kLogAppendTime) {
    last_append_ms_ = std::max(last_append_ms_, now_ms);
    record::set_log_append_time(batch.bytes, last_append_ms_);
    batch.max_timestamp = outcome.log_append_ms = last_append_ms_;
  }
  storage::BatchToAppend one;
  one.bytes = batch.bytes;
  one.base_offset = end.offset;
  one.last_offset = end.offset + batch.header.last_offset_delta;
  one.max_timestamp = batch.max_timestamp;
  one.leader_epoch = context_.leader_epoch;
  RETURN_IF_ERROR(log_->append(std::span(&one, 1)));
  outcome.base_offset = one.base_offset;
  outcome.end = one.last_offset + 1;
  return {};
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

AppendOutcome Partition::append(ProduceBatch& batch) {
  AppendOutcome outcome;
  const std::int64_t now_ms = context_.clock->wall_ms();
  SequencedBatch sequenced = sequence_of(batch.header);
  storage::LogPosition end;
  bool wants_flush = false;
  {
    MutexLock lock(append_mutex_);
    outcome.error = serving_error();
    if (outcome.error == ErrorCode::kKafkaStorageError) return refuse(sequenced, {});
    if (outcome.error != ErrorCode::kNone) return outcome;
    outcome.log_start = log_->start_offset();
    if (batch.header.has_producer_id()) {
      outcome.error = check_sequence(sequenced, outcome);
      if (outcome.error == ErrorCode::kDuplicateSequenceNumber) {
        refused_.forget_if(sequenced);
        outcome.error = ErrorCode::kNone;
        return outcome;
      }
      if (outcome.error != ErrorCode::kNone) return outcome;
    }
    if (!batch.may_use_reserve && context_.disk_is_full->load(std::memory_order_relaxed))
      return refuse(sequenced, "The disk is full: produce is refused until space returns");
    if (Status s = write(batch, now_ms, outcome); !s.ok()) {
      end_unless_passing(s);
      return refuse(sequenced, message(s));
    }
    if (batch.header.has_producer_id()) {
      sequenced.base_offset = outcome.base_offset;
      sequenced.last_offset = outcome.end - 1;
      sequenced.append_ms = now_ms;
      remember(sequenced);
      if (!refused_.empty()) refused_.forget(sequenced.producer, context_.clock->monotonic());
    }
    ++changes_;
    unsynced_bytes_ += batch.bytes.size();
    context_.unsynced_bytes->fetch_add(static_cast<std::int64_t>(batch.bytes.size()),
                                       std::memory_order_relaxed);
    smooth_writeback(batch.bytes.size());
    if (!std::exchange(identified_, true)) context_.partition_metadata->add(shared_from_this());
    end = log_->end();
    wants_flush = !is_relaxed() || unsynced_bytes_ >= kRelaxedFlushEvery;
    publish_end(end, batch.bytes.size(), outcome);
  }
  context_.appended_bytes->fetch_add(static_cast<std::int64_t>(batch.bytes.size()),
                                     std::memory_order_relaxed);
  if (is_relaxed()) {
    WakeList wakes;
    publish(end, wakes);
    wakes.post();
  }
  if (wants_flush) context_.gate->request(shared_from_this());
  return outcome;
}

void Partition::remember(const SequencedBatch& batch) {
  producers_.remember(batch);
  if (producers_.size() <= kMaxProducers) return;
  LOG_WARN("more than {} producer ids wrote to one partition, the oldest tenth is forgotten "
           "partition={}", kMaxProducers, directory_);
  producers_.keep_newest(kMaxProducers - kMaxProducers / 10);
}

// Without it a relaxed topic's dirty pages gather until a sync of some other partition has to wait
// for all of them.
void Partition::smooth_writeback(std::size_t bytes) {
  bytes_since_writeback_ += bytes;
  if (bytes_since_writeback_ < kWritebackEvery) return;
  bytes_since_writeback_ = 0;
  context_.workers->submit([files = log_->prepare_sync().files] {
    for (const auto& file : files) file->start_writeback();
  });
}

void Partition::publish_end(const storage::LogPosition& end, std::size_t bytes,
                            AppendOutcome& outcome) {
  const MonotonicTime now = context_.clock->monotonic();
  MutexLock lock(view_mutex_);
  if (unstable_bytes_ == 0) oldest_unstable_ = now;
  unstable_bytes_ += bytes;
  ends_.end = end;
  outcome.wait_even_for_acks_1 =
      options_->durability == Durability::kCommit &&
      (unstable_bytes_ > kLossWindowBytes || now - oldest_unstable_ > kLossWindowAge);
}

bool Partition::wait_stable(Offset end, Executor* executor, Task& done) {
  MutexLock lock(view_mutex_);
  if (ends_.high_watermark.offset >= end || state_.load() != State::kOpen) return false;
  auto at = stable_waiters_.end();
  while (at != stable_waiters_.begin() && std::prev(at)->end > end) --at;
  stable_waiters_.insert(at, StableWaiter{end, executor, std::move(done)});
  return true;
}

// --- flushing ---

storage::SyncTicket Partition::prepare_sync() {
  MutexLock lock(append_mutex_);
  return prepare_sync_locked();
}

storage::SyncTicket Partition::prepare_sync_locked() {
  if (!is_open()) return {};
  bytes_since_writeback_ = 0;
  count_synced();
  return log_->prepare_sync();
}

void Partition::count_synced() {
  context_.unsynced_bytes->fetch_sub(static_cast<std::int64_t>(unsynced_bytes_),
                                     std::memory_order_relaxed);
  unsynced_bytes_ = 0;
}

void Partition::flushed(const storage::SyncTicket& ticket, WakeList& wakes) {
  if (!is_open()) return;
  {
    MutexLock lock(append_mutex_);
    log_->mark_synced(ticket);
  }
  publish(ticket.end, wakes);
}

void Partition::publish(const storage::LogPosition& high_watermark, WakeList& wakes) {
  MutexLock lock(view_mutex_);
  const storage::LogPosition before = ends_.high_watermark;
  if (high_watermark.offset <= before.offset) return;
  ends_.high_watermark = ends_.last_stable = high_watermark;
  if (high_watermark == ends_.end) {
    unstable_bytes_ = 0;
  } else {
    oldest_unstable_ = context_.clock->monotonic();
    if (high_watermark.segment_base == ends_.end.segment_base) {
      unstable_bytes_ = ends_.end.position - high_watermark.position;
    }
  }
  while (!stable_waiters_.empty() && stable_waiters_.front().end <= high_watermark.offset) {
    wakes.add(stable_waiters_.front().executor, std::move(stable_waiters_.front().done));
    stable_waiters_.pop_front();
  }
  const bool rolled = high_watermark.segment_base != before.segment_base;
  const std::uint64_t new_bytes = rolled ? 0 : high_watermark.position - before.position;
  wake_fetchers(static_cast<std::int64_t>(new_bytes), rolled, wakes);
}

void Partition::wake_fetchers(std::int64_t new_bytes, bool look_again, WakeList& wakes) {
  std::erase_if(fetch_waiters_, [&](const std::shared_ptr<FetchWaiter>& waiter) {
    const std::int64_t missing =
        waiter->missing_bytes.fetch_sub(new_bytes, std::memory_order_relaxed) - new_bytes;
    if (!look_again && missing > 0) return false;
    if (waiter->claim()) wakes.add(waiter->executor, std::move(waiter->on_ready));
    return true;
  });
}

// --- reading ---

StatusOr<storage::ReadResult> Partition::read(Offset from, std::uint64_t max_bytes,
                                              bool at_least_one_batch, bool read_committed,
                                              storage::Wait wait) const {
  const Ends now = ends();
  storage::ReadRequest request;
  request.from = from;
  request.max_bytes = max_bytes;
  request.limit = read_committed ? now.last_stable : now.high_watermark;
  request.at_least_one_batch = at_least_one_batch;
  request.wait = wait;
  return has_damage_.load(std::memory_order_acquire) ? read_around_damage(request)
                                                     : log_->read(request);
}

bool Partition::add_fetch_waiter(Offset seen, const std::shared_ptr<FetchWaiter>& waiter) {
  MutexLock lock(view_mutex_);
  if (ends_.high_watermark.offset > seen || state_.load() != State::kOpen) return false;
  fetch_waiters_.push_back(waiter);
  return true;
}

void Partition::remove_fetch_waiter(const FetchWaiter* waiter) {
  MutexLock lock(view_mutex_);
  std::erase_if(fetch_waiters_, [waiter](const auto& held) { return held.get() == waiter; });
}

// --- administration ---

Status Partition::delete_before(Offset new_start) {
  MutexLock lock(append_mutex_);
  if (!is_open()) return failed_precondition("{} is not open", directory_);
  RETURN_IF_ERROR(log_->delete_before(new_start));
  ++changes_;
  const auto segments = log_->segments();
  const Offset oldest = segments.empty() ? log_->end().offset : segments.front().base;
  MutexLock view(view_mutex_);
  ends_.start = log_->start_offset();
  // Reads go around what is below the start as well, in a segment that stays.
  damage_.forget_below(oldest);
  has_damage_ = !damage_.empty();
  return {};
}

std::size_t Partition::expire_producers(std::int64_t cutoff_ms) {
  // Beside an opening, which holds the mutex for as long as it scans, there is nothing to expire yet.
  if (!is_open()) return 0;
  MutexLock lock(append_mutex_);
  const std::size_t gone = producers_.expire(cutoff_ms);
  if (gone > 0) ++changes_;
  return gone;
}

void Partition::set_options(std::shared_ptr<const TopicOptions> options) {
  bool opens_later = false;
  {
    MutexLock view(view_mutex_);
    options_ = std::move(options);
    opens_later = !is_open();
  }
  // The end of an opening comes after this then, and takes them over.
  if (!opens_later) hand_over_options();
}

void Partition::hand_over_options() {
  MutexLock lock(append_mutex_);
  log_->set_options(log_options(*options()));
}

void Partition::close_idle_files() {
  MutexLock lock(append_mutex_);
  if (log_) log_->close_idle_files();
}

std::optional<SequencedBatch> Partition::last_batch_of(ProducerId producer) const {
  MutexLock lock(append_mutex_);
  return producers_.last_batch(producer);
}

void Partition::mark_deleted() {
  {
    // Under the append mutex, so that no append is half way when the files go.
    MutexLock lock(append_mutex_);
    count_synced();
    finish(State::kDeleted);
  }
  // Nor a scan for what is lost, a compaction, which looks at the state after each batch, or upkeep.
  MutexLock loss(loss_mutex_);
  MutexLock compaction(compaction_mutex_);
  MutexLock upkeep(upkeep_mutex_);
}

}  // namespace leat::topics
