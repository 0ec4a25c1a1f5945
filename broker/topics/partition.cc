#include "broker/topics/partition.h"

#include <algorithm>

#include "broker/storage/checkpoint.h"
#include "broker/topics/flush_gate.h"
#include "common/base/check.h"
#include "common/base/log.h"

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

// --- waiting for what was appended ---

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
