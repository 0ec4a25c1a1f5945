#include "broker/topics/group/lag_reader.h"

#include <algorithm>

#include "broker/storage/log.h"
#include "common/record/record_reader.h"

namespace leat::topics {
namespace {

// Batches to look at for one record: those before it may be markers, or emptied by compaction.
constexpr int kBatchesTried = 16;
// A batch that unpacks to more than this is not unpacked to learn a time.
constexpr std::uint64_t kMaxUnpacked = 64 << 20;

StatusOr<Bytes> read_batch(const Partition& partition, Offset from) {
  ASSIGN_OR_RETURN(auto result, partition.read(from, 1, /*at_least_one_batch=*/true,
                                               /*read_committed=*/false, storage::Wait::kMay));
  RETURN_IF_ERROR(storage::materialize(result.data));
  return flatten(result.data);
}

// The time of the first record of the batch at or after `from`; nullopt: it has none.
StatusOr<std::optional<std::int64_t>> time_in(ByteView batch, const record::BatchHeader& header,
                                              Offset from) {
  if (header.is_control() || header.is_bare() || header.last_offset() < from) return std::nullopt;
  const bool one_time = header.timestamp_type() == record::TimestampType::kLogAppendTime;
  if (one_time) return header.max_timestamp;
  ASSIGN_OR_RETURN(auto reader, record::RecordReader::open(batch, kMaxUnpacked));
  record::RecordView record;
  while (reader.next(record)) {
    if (record.offset >= from) return record.timestamp;
  }
  RETURN_IF_ERROR(reader.status());
  return std::nullopt;
}

StatusOr<std::int64_t> find_time(const Partition& partition, Offset from) {
  for (int i = 0; i < kBatchesTried && from < partition.ends().high_watermark.offset; ++i) {
    ASSIGN_OR_RETURN(const Bytes bytes, read_batch(partition, from));
    record::BatchIterator batch(bytes);
    if (!batch.next()) break;
    ASSIGN_OR_RETURN(const auto time, time_in(batch.bytes(), batch.header(), from));
    if (time) return *time;
    from = std::max(from, batch.header().next_offset());
  }
  return record::kNoTimestamp;
}

}  // namespace

std::int64_t LagReader::time_at(Partition& partition, Offset offset) {
  const Place place{partition.id(), offset.value()};
  {
    MutexLock lock(mutex_);
    if (const auto known = times_.find(place); known != times_.end()) return known->second;
  }
  // An unreadable place may be readable later: not remembered.
  const auto time = find_time(partition, offset);
  if (!time.ok() || *time < 0) return record::kNoTimestamp;
  MutexLock lock(mutex_);
  if (times_.size() >= kRemembered) times_.clear();
  times_.emplace(place, *time);
  return *time;
}

PartitionLag LagReader::read(Partition& partition, std::int64_t committed) {
  PartitionLag lag;
  partition.open_now();
  lag.error = partition.serving_error();
  if (lag.error != ErrorCode::kNone) return lag;
  const Ends ends = partition.ends();
  lag.log_start = ends.start.value();
  lag.log_end = ends.high_watermark.offset.value();
  if (committed < 0) return lag;
  lag.records = std::max<std::int64_t>(0, lag.log_end - std::max(committed, lag.log_start));
  if (lag.records == 0 && committed >= lag.log_start) {
    lag.age_ms = 0;
  } else if (committed >= lag.log_start) {
    const std::int64_t written_ms = time_at(partition, Offset{committed});
    if (written_ms >= 0) lag.age_ms = std::max<std::int64_t>(0, clock_.wall_ms() - written_ms);
  }
  return lag;
}

}  // namespace leat::topics
