// What compaction may do to a partition (cleanup.policy has compact), and what it asks of it.
#include "broker/topics/partition.h"
#include "common/base/log.h"

namespace leat::topics {
namespace {

bool is_overdue(std::optional<std::int64_t> oldest_ms, const TopicOptions& topic,
                std::int64_t now_ms) {
  return oldest_ms && now_ms - *oldest_ms > topic.max_compaction_lag_ms;
}

bool is_due(const storage::CompactionView& view, const TopicOptions& topic, std::int64_t now_ms) {
  if (view.tombstones_expired) return true;
  if (view.dirty_bytes == 0) return false;
  return view.dirty_ratio() >= topic.min_cleanable_dirty_ratio ||
         is_overdue(view.oldest_dirty_ms, topic, now_ms);
}

}  // namespace

// KIP-354 promises that a record is compacted within the lag, also on a partition that gets no
// more.
bool Partition::roll_for_compaction() {
  const Status rolled = log_->roll();
  if (!rolled.ok()) {
    LOG_WARN("compaction could not roll partition={} why={}", directory_, describe(rolled));
    end_unless_passing(rolled);
  }
  return rolled.ok();
}

Partition::CompactionNeed Partition::prepare_compaction(std::int64_t now_ms) {
  CompactionNeed need;
  const auto topic = options();
  if (!is_open() || !topic->compacts()) return need;
  // Looked at without the append mutex, because it reads the disk.
  const bool wants_roll = topic->max_compaction_lag_ms != kNoLimit64 &&
                          is_overdue(storage::oldest_active_ms(*log_), *topic, now_ms);
  purge_deleted();
  Offset checkpointed;
  {
    MutexLock lock(append_mutex_);
    if (!is_open()) return need;
    const bool rolled = wants_roll && roll_for_compaction();
    // The checkpoint is to say where the log ends now.
    if (storage::settle_end(*log_) || rolled) ++changes_;
    checkpointed = checkpointed_base_;
  }
  const Offset stable = ends().last_stable.offset;
  need.view = storage::view_for_compaction(*log_, stable, now_ms, topic->min_compaction_lag_ms);
  need.due = is_due(need.view, *topic, now_ms);
  need.wants_checkpoint = need.view.limit > checkpointed;
  return need;
}

StatusOr<storage::CompactionReport> Partition::compact(
    storage::CompactionSettings settings, std::int64_t now_ms,
    const std::function<Status(std::uint64_t)>& pace) {
  MutexLock compacting(compaction_mutex_);
  const auto topic = options();
  settings.segment_bytes = static_cast<std::uint64_t>(topic->segment_bytes);
  settings.index_interval_bytes = static_cast<std::uint32_t>(topic->index_interval_bytes);
  settings.delete_retention_ms = topic->delete_retention_ms;
  Offset stable = ends().last_stable.offset;
  {
    MutexLock lock(append_mutex_);
    stable = std::min(stable, checkpointed_base_);
  }
  if (!is_open()) return unavailable("{} is closed", directory_);
  const auto view =
      storage::view_for_compaction(*log_, stable, now_ms, topic->min_compaction_lag_ms);
  if (!is_due(view, *topic, now_ms))
    return storage::CompactionReport{.cleaned_to = view.first_dirty};
  storage::CompactionHooks hooks;
  hooks.is_last_of_producer = [this](ProducerId producer, Offset last_offset) {
    const auto last = last_batch_of(producer);
    return last && last->last_offset == last_offset;
  };
  hooks.as_append_side = [this](const std::function<Status()>& change) {
    MutexLock lock(append_mutex_);
    RETURN_IF_ERROR(is_open() ? change() : unavailable("{} is closed", directory_));
    ++changes_;
    return Status();
  };
  hooks.pace = [&](std::uint64_t bytes) {
    return is_open() ? pace(bytes) : unavailable("{} is closed", directory_);
  };
  RETURN_IF_ERROR(refuse_damage_below(view.limit));
  auto report = storage::compact(*log_, view.limit, now_ms, settings, hooks);
  // Whatever failed, failed because the topic is being deleted.
  if (!report.ok() && !is_open()) return unavailable("{} is closed", directory_);
  MutexLock view_lock(view_mutex_);
  ends_.start = log_->start_offset();
  return report;
}

}  // namespace leat::topics
