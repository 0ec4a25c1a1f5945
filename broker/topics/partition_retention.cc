// What of a partition time and size let go (cleanup.policy has delete).
#include <algorithm>

#include "broker/storage/log_format.h"
#include "broker/storage/retention.h"
#include "broker/topics/partition.h"
#include "common/base/log.h"

namespace leat::topics {

namespace {

storage::RetentionPolicy policy_of(const TopicOptions& options) {
  return {options.retention_ms, options.retention_bytes};
}

}  // namespace

// Of a partition that nobody has asked for since the start: the checkpoint knows its segments, and the
// directory, looked at once, what an earlier deletion left.
bool Partition::has_files_to_delete(std::int64_t now_ms) {
  if (state_.load(std::memory_order_acquire) != State::kClosed) return false;
  const auto known = context_.checkpoint->find(id_);
  if (!known.ok() || !*known) return false;
  if (storage::segments_to_delete((*known)->row.segments, policy_of(*options()), now_ms) > 0)
    return true;
  if (looked_for_deleted_files_.exchange(true)) return false;
  const auto entries = context_.files->list(directory_);
  return entries.ok() && std::any_of(entries->begin(), entries->end(), [](const auto& entry) {
           return entry.name.ends_with(storage::kDeletedSuffix);
         });
}

void Partition::enforce_retention(std::int64_t now_ms) {
  const auto current = options();
  if (!current->deletes()) return;
  if (has_files_to_delete(now_ms)) open_now();
  if (!is_open()) return;
  const storage::RetentionPolicy policy = policy_of(*current);
  Offset new_start;
  {
    MutexLock lock(append_mutex_);
    std::vector<storage::SegmentRow> segments = log_->segments();
    const std::size_t n = storage::segments_to_delete(segments, policy, now_ms);
    if (n == 0) return;
    // Consumers are never shown an end that goes back, so only what is stable may go.
    new_start = n < segments.size() ? segments[n].base : log_->end().offset;
    if (new_start > ends().high_watermark.offset) return;
    if (n == segments.size()) {
      if (Status s = log_->roll(); !s.ok()) {
        LOG_WARN("retention could not roll partition={} why={}", directory_, describe(s));
        end_unless_passing(s);
        return;
      }
    }
  }
  if (Status s = delete_before(new_start); !s.ok()) {
    LOG_WARN("retention could not delete partition={} why={}", directory_, describe(s));
    return;
  }
  LOG_INFO("retention moved the log start partition={} start={}", directory_, new_start);
}

}  // namespace leat::topics
