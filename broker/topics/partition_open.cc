// How a partition opens: lazily, on a worker, once; whoever needs it meanwhile waits in a list.
#include "broker/storage/checkpoint.h"
#include "broker/topics/partition.h"
#include "broker/topics/partition_metadata.h"
#include "broker/topics/start_sync.h"
#include "common/base/log.h"

namespace leat::topics {
namespace {

std::string what_to_run(const std::string& topic, PartitionIndex partition) {
  return fmt::format(". Put the missing files back and restart, or see what is lost and accept it: "
                     "leat log accept-loss {} {}", topic, partition);
}

}  // namespace

ErrorCode Partition::availability() const {
  switch (state_.load(std::memory_order_acquire)) {
    case State::kDeleted: return ErrorCode::kUnknownTopicOrPartition;
    case State::kOffline: return ErrorCode::kKafkaStorageError;
    default: return ErrorCode::kNone;
  }
}

ErrorCode Partition::serving_error() const {
  if (is_open()) return ErrorCode::kNone;
  const ErrorCode error = availability();
  return error == ErrorCode::kNone ? ErrorCode::kKafkaStorageError : error;
}

Status Partition::offline_reason() const {
  MutexLock lock(view_mutex_);
  return offline_reason_;
}

// Whoever comes first recovers. A blocking caller does not wait for a queue of which it may itself be
// a part: what is queued and has not begun it does itself.
bool Partition::claim_opening() {
  State expected = State::kClosed;
  if (state_.compare_exchange_strong(expected, State::kOpening)) return true;
  expected = State::kQueued;
  return state_.compare_exchange_strong(expected, State::kOpening);
}

bool Partition::is_opening() const {
  const State state = state_.load(std::memory_order_acquire);
  return state == State::kClosed || state == State::kQueued || state == State::kOpening;
}

void Partition::when_open(Executor* executor, Task done) {
  {
    MutexLock lock(view_mutex_);
    if (is_opening()) {
      open_waiters_.emplace_back(executor, std::move(done));
      done = nullptr;
    }
  }
  if (done) {
    done();
    return;
  }
  State expected = State::kClosed;
  if (!state_.compare_exchange_strong(expected, State::kQueued)) return;
  context_.workers->submit([self = shared_from_this()] {
    if (self->claim_opening()) self->recover_and_finish();
  });
}

void Partition::open_now() {
  if (claim_opening()) {
    recover_and_finish();
    return;
  }
  MutexLock lock(view_mutex_);
  while (state_.load() == State::kOpening) opened_.wait(view_mutex_);
}

void Partition::recover_and_finish() {
  const Status s = recover();
  if (!s.ok()) {
    LOG_ERROR("partition {} stays offline: {}{}", directory_, describe(s),
              storage::is_durable_data_missing(s) ? what_to_run(topic_, id_.partition) : "");
    MutexLock lock(view_mutex_);
    offline_reason_ = s;
  }
  finish(s.ok() ? State::kOpen : State::kOffline);
  if (s.ok()) hand_over_options();
}

void Partition::look_again_if_offline() {
  if (state_.load(std::memory_order_acquire) != State::kOffline) return;
  MutexLock lock(view_mutex_);
  const bool passes = is_disk_full(offline_reason_) || offline_reason_.code() == StatusCode::kResourceExhausted;
  State expected = State::kOffline;
  if (passes) state_.compare_exchange_strong(expected, State::kClosed);
}

// A directory of that name may be left from a deleted topic whose files could not be moved away.
StatusOr<bool> Partition::check_identity() const {
  const auto text = storage::read_whole_file(*context_.files, metadata_path(directory_));
  if (is_not_found(text.status())) return false;
  if (!text.ok()) return text.status();
  ASSIGN_OR_RETURN(const Uuid owner, storage::parse_partition_metadata(as_text(*text)));
  if (owner == id_.topic) return true;
  return failed_precondition("the directory belongs to topic id {}, not to {}; move it away",
                             to_string(owner), to_string(id_.topic));
}

// For batches that the checkpoint does not know. Under the append mutex, as the caller is.
std::function<void(ByteView)> Partition::remember_producers() {
  const std::int64_t now_ms = context_.clock->wall_ms();
  return [this, now_ms](ByteView bytes) LEAT_REQUIRES(append_mutex_) {
    const auto header = record::parse_header(bytes);
    if (!header || !header->has_producer_id() || header->is_control()) return;
    // A client's timestamp does not tell when the batch came; the producer counts as seen just now.
    const bool told = header->timestamp_type() == record::TimestampType::kLogAppendTime;
    SequencedBatch batch = sequence_of(*header);
    batch.append_ms = told ? header->max_timestamp : now_ms;
    remember(batch);
  };
}

Status Partition::recover() {
  MutexLock lock(append_mutex_);
  // From here on a deletion waits, and the directory is not another topic's.
  if (availability() != ErrorCode::kNone) return unavailable("{} was deleted", directory_);
  ASSIGN_OR_RETURN(identified_, check_identity());
  std::optional<storage::LogRow> row;
  producers_ = {};
  ASSIGN_OR_RETURN(auto known, context_.checkpoint->find(id_));
  if (known) {
    ASSIGN_OR_RETURN(producers_, ProducerState::decode(known->blob));
    row = std::move(known->row);
    checkpointed_base_ = row->durable.segment_base;
  }
  if (const Status settled = context_.start_sync->wait(); !settled.ok()) {
    context_.fatal(with_context(settled, "what the last run wrote"));
    return settled;
  }
  storage::LogOptions log_settings = log_options(*options());
  log_settings.is_settled = true;
  storage::RecoveryReport report;
  ASSIGN_OR_RETURN(log_, storage::Log::open(*context_.files, *context_.clock, directory_,
                                            log_settings, row, remember_producers(), &report));
  if (report.scanned_bytes > 0 || report.cut_bytes > 0) {
    LOG_INFO("recovered partition={} scanned_bytes={} cut_bytes={} end={}", directory_,
             report.scanned_bytes, report.cut_bytes, log_->end().offset);
    ++changes_;
  }
  if (has_damage_.load(std::memory_order_acquire)) roll_off_damage();
  // Files of an earlier deletion: the next checkpoint lets them go.
  has_deleted_files_ = log_->purge_deleted();
  if (has_deleted_files_) ++changes_;
  MutexLock view(view_mutex_);
  ends_.start = log_->start_offset();
  ends_.end = ends_.high_watermark = ends_.last_stable = log_->end();
  return {};
}

void Partition::finish(State state) {
  WakeList wakes;
  {
    MutexLock lock(view_mutex_);
    // A deletion that came while the partition was opening wins.
    if (state_.load() == State::kDeleted) state = State::kDeleted;
    state_.store(state, std::memory_order_release);
    for (auto& [executor, done] : open_waiters_) wakes.add(executor, std::move(done));
    open_waiters_.clear();
    if (state == State::kDeleted) {
      for (auto& waiter : stable_waiters_) wakes.add(waiter.executor, std::move(waiter.done));
      stable_waiters_.clear();
      wake_fetchers(0, /*look_again=*/true, wakes);
    }
  }
  opened_.notify_all();
  wakes.post();
}

}  // namespace leat::topics
