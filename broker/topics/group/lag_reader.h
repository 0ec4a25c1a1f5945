#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <utility>

#include "broker/topics/partition.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"

namespace leat::topics {

// How far a committed offset is behind its partition; -1: not known.
struct PartitionLag {
  ErrorCode error = ErrorCode::kNone;  // then nothing is known
  std::int64_t log_start = -1;
  std::int64_t log_end = -1;  // the high watermark
  // Records between the offset, or what is left of the log behind it, and the end; gaps that
  // compaction left are counted.
  std::int64_t records = -1;
  // Since the first unread record was written, 0 when there is none. Not known when that record is
  // gone or has no time, and when what lies there cannot be read.
  std::int64_t age_ms = -1;
};

// Answers how old unread records are, reading one batch for each offset that is new to it. The time
// of a record never changes, so what was read is remembered. Thread-safe.
class LagReader {
 public:
  // Remembered times; beyond that all are forgotten.
  static constexpr std::size_t kRemembered = 100'000;

  explicit LagReader(const Clock& clock) : clock_(clock) {}

  // `committed` is -1 where nothing was committed. Blocks on the disk: workers only.
  PartitionLag read(Partition& partition, std::int64_t committed) LEAT_EXCLUDES(mutex_);

 private:
  using Place = std::pair<TopicPartitionId, std::int64_t>;
  std::int64_t time_at(Partition& partition, Offset offset) LEAT_EXCLUDES(mutex_);

  const Clock& clock_;
  Mutex mutex_;
  absl::flat_hash_map<Place, std::int64_t> times_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::topics
