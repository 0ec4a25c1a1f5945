#include "broker/storage/retention.h"

#include <algorithm>

namespace leat::storage {
namespace {

bool is_expired(const SegmentRow& segment, std::int64_t retention_ms, std::int64_t now_ms) {
  if (segment.size == 0) return false;
  const std::int64_t newest =
      segment.max_timestamp >= 0 ? segment.max_timestamp : segment.last_append_ms;
  return newest >= 0 && newest <= now_ms && now_ms - newest > retention_ms;
}

std::size_t expired_by_time(std::span<const SegmentRow> segments, std::int64_t retention_ms,
                            std::int64_t now_ms) {
  if (retention_ms < 0) return 0;
  std::size_t n = 0;
  while (n < segments.size() && is_expired(segments[n], retention_ms, now_ms)) ++n;
  return n;
}

// The active segment never goes by size.
std::size_t too_many_by_size(std::span<const SegmentRow> segments, std::int64_t retention_bytes) {
  if (retention_bytes < 0) return 0;
  std::int64_t excess = -retention_bytes;
  for (const auto& segment : segments) excess += static_cast<std::int64_t>(segment.size);
  std::size_t n = 0;
  while (n + 1 < segments.size() && excess >= static_cast<std::int64_t>(segments[n].size)) {
    excess -= static_cast<std::int64_t>(segments[n].size);
    ++n;
  }
  return n;
}

}  // namespace

std::size_t segments_to_delete(std::span<const SegmentRow> segments, const RetentionPolicy& policy,
                               std::int64_t now_ms) {
  return std::max(expired_by_time(segments, policy.retention_ms, now_ms),
                  too_many_by_size(segments, policy.retention_bytes));
}

}  // namespace leat::storage
