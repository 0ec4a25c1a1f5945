#include <algorithm>

#include "broker/storage/log_impl.h"
#include "common/record/record_reader.h"

namespace leat::storage {
namespace {
constexpr std::size_t kWalkChunk = 64 << 10;

StatusOr<Bytes> read_batch(const File& file, const ScannedBatch& batch) {
  Bytes bytes(batch.size);
  ASSIGN_OR_RETURN(const std::size_t n, file.read_at(batch.position, bytes));
  if (n != batch.size || !crc_matches(bytes))
    return corruption("batch at offset {} fails its CRC", batch.base_offset);
  return bytes;
}

bool is_before(const Segment& segment, const LogStretch& stretch) {
  return segment.base() < stretch.begin.segment_base;
}

bool is_behind(const Segment& segment, const LogStretch& stretch) {
  return stretch.end && segment.base() > stretch.end->segment_base;
}

std::uint64_t begin_in(const Segment& segment, const LogStretch& stretch) {
  return segment.base() == stretch.begin.segment_base ? stretch.begin.position : 0;
}

std::uint64_t end_in(const Segment& segment, const LogStretch& stretch) {
  const bool ends_here = stretch.end && segment.base() == stretch.end->segment_base;
  return ends_here ? std::min(stretch.end->position, segment.size()) : segment.size();
}

}  // namespace

LeaderEpoch LogImpl::epoch_of(Offset offset) const {
  MutexLock lock(mutex_);
  LeaderEpoch epoch = kNoLeaderEpoch;
  for (const EpochStart& e : epochs_)
    if (e.start <= offset) epoch = e.epoch;
  return epoch;
}

StatusOr<std::optional<TimestampOffset>> LogImpl::first_record_at(const Segment& segment,
                                                                  const ScannedBatch& batch,
                                                                  std::int64_t t, Offset from,
                                                                  Offset limit) const {
  const std::optional<TimestampOffset> none;
  const auto found = [&](Offset offset, std::int64_t timestamp) {
    return std::optional<TimestampOffset>({timestamp, offset, batch.leader_epoch});
  };
  if (batch.log_append_time) {
    const Offset first = std::max(batch.base_offset, from);
    return first < limit && first <= batch.last_offset ? found(first, batch.max_timestamp) : none;
  }
  ASSIGN_OR_RETURN(const auto file, segment.file());
  ASSIGN_OR_RETURN(const Bytes bytes, read_batch(*file, batch));
  ASSIGN_OR_RETURN(auto reader, record::RecordReader::open(bytes));
  record::RecordView view;
  while (reader.next(view)) {
    if (view.offset >= limit) return none;
    if (view.offset >= from && view.timestamp >= t) return found(view.offset, view.timestamp);
  }
  RETURN_IF_ERROR(reader.status());
  return none;
}

StatusOr<std::optional<TimestampOffset>> LogImpl::find_timestamp_in(const Segment& segment,
                                                                    std::int64_t t, Offset from,
                                                                    Offset limit,
                                                                    const LogStretch& stretch) const {
  const std::uint64_t end = end_in(segment, stretch);
  ASSIGN_OR_RETURN(const std::uint64_t position,
                   segment.position_before_timestamp(t, begin_in(segment, stretch), end));
  ASSIGN_OR_RETURN(const auto file, segment.file());
  HeaderWalk walk(*file, position, end, kWalkChunk);
  while (true) {
    ASSIGN_OR_RETURN(const auto batch, walk.next());
    if (!batch || batch->base_offset >= limit) return std::optional<TimestampOffset>();
    if (batch->max_timestamp < t || batch->last_offset < from) continue;
    ASSIGN_OR_RETURN(auto found, first_record_at(segment, *batch, t, from, limit));
    if (found) return found;
  }
}

StatusOr<std::optional<TimestampOffset>> LogImpl::find_timestamp(std::int64_t t, Offset limit,
                                                                 const LogStretch& stretch) const {
  const Offset from = start_offset();
  const auto segments = list();
  for (const auto& segment : segments->all()) {
    if (segment->base() >= limit || is_behind(*segment, stretch)) break;
    if (is_before(*segment, stretch) || segment->max_timestamp() < t) continue;
    ASSIGN_OR_RETURN(auto found, find_timestamp_in(*segment, t, from, limit, stretch));
    if (found) return found;
  }
  return std::optional<TimestampOffset>();
}

StatusOr<std::optional<TimestampOffset>> LogImpl::find_max_timestamp(
    Offset limit, const LogStretch& stretch) const {
  const Offset from = start_offset();
  const auto segments = list();
  const Segment* best_segment = nullptr;
  std::optional<ScannedBatch> best;
  for (const auto& segment : segments->all()) {
    if (segment->base() >= limit || is_behind(*segment, stretch)) break;
    if (is_before(*segment, stretch)) continue;
    // A segment's remembered maximum is an upper bound.
    if (best && segment->max_timestamp() <= best->max_timestamp) continue;
    ASSIGN_OR_RETURN(const auto batch,
                     segment->find_max_timestamp(limit, begin_in(*segment, stretch),
                                                 end_in(*segment, stretch)));
    if (!batch || (best && batch->max_timestamp <= best->max_timestamp)) continue;
    best = batch;
    best_segment = segment.get();
  }
  if (!best || best->max_timestamp < 0) return std::optional<TimestampOffset>();
  // Of a batch with log append time every record has the maximum; Kafka names the last one.
  if (best->log_append_time)
    return std::optional<TimestampOffset>(
        {best->max_timestamp, std::min(best->last_offset, limit - 1), best->leader_epoch});
  return first_record_at(*best_segment, *best, best->max_timestamp, from, limit);
}

}  // namespace leat::storage
