// What of a partition time and size let go (cleanup.policy has delete).
#include "broker/storage/retention.h"
#include "broker/topics/partition.h"
#include "common/base/log.h"

namespace leat::topics {

void Partition::enforce_retention(std::int64_t now_ms) {
  if (!is_open()) return;
  const auto current = options();
  if (!current->deletes()) return;
  const storage::RetentionPolicy policy{current->retention_ms, current->retention_bytes};
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
