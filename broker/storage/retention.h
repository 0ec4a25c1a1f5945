#pragma once

#include <cstdint>
#include <span>

#include "broker/storage/log.h"

namespace leat::storage {

// What a topic lets go. Pure data.
struct RetentionPolicy {
  std::int64_t retention_ms = -1;     // -1: for ever
  std::int64_t retention_bytes = -1;  // -1: no limit
};

// How many of the oldest `segments` (the last one active) may be deleted now: whole segments only.
// By time, a segment goes when its newest record (its last append, where records carry no time) is
// older than retention_ms; one whose newest record lies in the future stays, and so does everything
// after it. By size, the oldest go while what remains is still at least retention_bytes. The result
// may include the active segment, which is to be rolled first.
std::size_t segments_to_delete(std::span<const SegmentRow> segments, const RetentionPolicy& policy,
                               std::int64_t now_ms);

}  // namespace leat::storage
