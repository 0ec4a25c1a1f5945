#include <algorithm>

#include "broker/storage/log_format.h"
#include "broker/storage/segment.h"
#include "common/base/log.h"
#include "common/record/batch_format.h"

namespace leat::storage {
namespace {
constexpr std::size_t kLookupChunk = 4096;
constexpr std::size_t kRebuildChunk = 256 << 10;
constexpr std::uint32_t kDefaultIndexInterval = 4096;

// What was written there is gone, or the disk cannot read it.
bool is_lost(const Status& s) { return is_corruption(s) || s.code() == StatusCode::kInternal; }
}  // namespace

void Segment::remember(const RecentBatch& batch) {
  MutexLock lock(recent_mutex_);
  if (!recent_) recent_ = std::make_unique<RecentRing>();
  recent_->entries[recent_->count++ % kRecent] = batch;
}

std::optional<Segment::BatchPlace> Segment::recent_place(Offset offset) const {
  MutexLock lock(recent_mutex_);
  if (!recent_) return std::nullopt;
  std::optional<BatchPlace> best;
  const std::size_t known = std::min(recent_->count, kRecent);
  for (std::size_t i = 0; i < known; ++i) {
    const RecentBatch& batch = recent_->entries[(recent_->count - 1 - i) % kRecent];
    if (batch.last_offset < offset) return best;
    best = batch.place;
  }
  // Every remembered batch ends at or after `offset`; the oldest is the answer only when nothing
  // older could be, that is when it is the segment's first.
  return best && best->position == 0 ? best : std::nullopt;
}

Status Segment::ensure_indexes(Wait wait) const {
  if (indexes_loaded_.load(std::memory_order_acquire)) return {};
  // Not even for the mutex: who holds it may be making them again.
  if (wait == Wait::kMustNot) return unavailable("the indexes of {} are not loaded", log_path());
  MutexLock lock(index_state_mutex_);
  if (indexes_loaded_.load(std::memory_order_relaxed)) return {};
  auto* const self = const_cast<Segment*>(this);
  const Status offsets = self->offset_index_.file().load(path(kIndexSuffix));
  const Status times = self->time_index_.file().load(path(kTimeIndexSuffix));
  for (const Status& loaded : {offsets, times})
    if (!loaded.ok() && !is_not_found(loaded)) return loaded;
  if (!offsets.ok() || !times.ok())
    RETURN_IF_ERROR(self->rebuild_indexes(size(), kDefaultIndexInterval));
  indexes_loaded_.store(true, std::memory_order_release);
  return {};
}

Status Segment::rebuild_indexes(std::uint64_t end, std::uint32_t index_interval_bytes) {
  LOG_INFO("making indexes again path={} bytes={}", log_path(), end);
  RETURN_IF_ERROR(offset_index_.file().create(path(kIndexSuffix)));
  RETURN_IF_ERROR(time_index_.file().create(path(kTimeIndexSuffix)));
  ASSIGN_OR_RETURN(const auto opened, file());
  HeaderWalk walk(*opened, 0, end, kRebuildChunk);
  TimeEntry newest{-1, base_};
  std::uint64_t since_entry = 0;
  while (true) {
    const auto batch = walk.next();
    // Damage ends the index, not the segment: what lies behind it is found by scanning, or not.
    if (is_lost(batch.status())) break;
    if (!batch.ok()) return batch.status();
    if (!batch->has_value()) break;
    const ScannedBatch& found = **batch;
    if (found.max_timestamp > newest.timestamp) newest = {found.max_timestamp, found.last_offset};
    if (since_entry > index_interval_bytes) {
      offset_index_.append({found.last_offset, found.position});
      RETURN_IF_ERROR(time_index_.maybe_append(path(kTimeIndexSuffix), newest));
      since_entry = 0;
    }
    since_entry += found.size;
  }
  RETURN_IF_ERROR(time_index_.maybe_append(path(kTimeIndexSuffix), newest));
  RETURN_IF_ERROR(offset_index_.file().flush(path(kIndexSuffix)));
  return time_index_.file().flush(path(kTimeIndexSuffix));
}

Status Segment::load_tail(Offset end, std::uint32_t index_interval_bytes) {
  if (tail_known_) return {};
  RETURN_IF_ERROR(read_tail(end, index_interval_bytes));
  end_scan();
  return {};
}

Status Segment::read_tail(Offset end, std::uint32_t index_interval_bytes) {
  RETURN_IF_ERROR(ensure_indexes());
  RETURN_IF_ERROR(trim_indexes(end, index_interval_bytes));
  const Status known = read_newest();
  if (is_lost(known)) {
    LOG_WARN("damaged, left as it is path={} error={}", log_path(), describe(known));
    damaged_ = true;
  } else {
    RETURN_IF_ERROR(known);
  }
  tail_known_ = true;
  return {};
}

// Entries behind the end are of batches that a power cut took; anything else that is odd means that
// the file cannot be trusted.
Status Segment::trim_indexes(Offset end, std::uint32_t index_interval_bytes) {
  RETURN_IF_ERROR(offset_index_.truncate_to_position(path(kIndexSuffix), size()));
  RETURN_IF_ERROR(time_index_.truncate_to_offset(path(kTimeIndexSuffix), end));
  ASSIGN_OR_RETURN(const bool offsets_sane, offset_index_.sane(path(kIndexSuffix), size()));
  ASSIGN_OR_RETURN(const bool times_sane, time_index_.sane(path(kTimeIndexSuffix), end));
  if (offsets_sane && times_sane) return {};
  return rebuild_indexes(size(), index_interval_bytes);
}

Status Segment::read_newest() {
  TimeEntry indexed{-1, base_};
  if (const std::size_t count = time_index_.file().entries(); count > 0) {
    ASSIGN_OR_RETURN(indexed, time_index_.entry(path(kTimeIndexSuffix), count - 1));
  }
  ASSIGN_OR_RETURN(const auto opened, file());
  HeaderWalk first(*opened, 0, size(), kLookupChunk);
  ASSIGN_OR_RETURN(const auto batch, first.next());
  if (batch) first_timestamp_ = batch->max_timestamp;
  ASSIGN_OR_RETURN(const auto last_entry, offset_index_.last_before(path(kIndexSuffix), size()));
  RETURN_IF_ERROR(read_newest_from(last_entry ? last_entry->position : 0, indexed));
  if (newest_.timestamp >= max_timestamp()) return {};
  // Something later was remembered. Either it lies behind the end, or the time index lost entries,
  // and then what it does not tell has to be read.
  const std::uint64_t since_entry = bytes_since_index_entry_;
  std::optional<OffsetPosition> told;
  if (indexed.timestamp >= 0) {
    ASSIGN_OR_RETURN(told, offset_index_.lookup(path(kIndexSuffix), indexed.last_offset));
  }
  RETURN_IF_ERROR(read_newest_from(told ? told->position : 0, indexed));
  bytes_since_index_entry_ = since_entry;
  return {};
}

// `indexed` tells of what lies before `from`.
Status Segment::read_newest_from(std::uint64_t from, const TimeEntry& indexed) {
  ASSIGN_OR_RETURN(const auto opened, file());
  bytes_since_index_entry_ = 0;
  newest_ = from == 0 ? TimeEntry{-1, base_} : indexed;
  HeaderWalk walk(*opened, from, size(),
                  size() - from > kRebuildChunk ? kRebuildChunk : kLookupChunk);
  while (true) {
    ASSIGN_OR_RETURN(const auto batch, walk.next());
    if (!batch) return {};
    if (batch->max_timestamp > newest_.timestamp)
      newest_ = {batch->max_timestamp, batch->last_offset};
    bytes_since_index_entry_ += batch->size;
  }
}

StatusOr<std::optional<OffsetPosition>> Segment::index_entry(Offset offset, std::uint64_t end,
                                                             Wait wait) const {
  const std::optional<OffsetPosition> none;
  if (offset <= base_) return none;
  RETURN_IF_ERROR(ensure_indexes(wait));
  const std::string name = path(kIndexSuffix);
  auto entry = offset_index_.lookup(name, offset, wait);
  if (entry.ok() && *entry && (*entry)->position >= end)
    entry = offset_index_.last_before(name, end, wait);
  if (is_unavailable(entry.status())) return entry.status();
  // The index is not trusted.
  const bool helps =
      entry.ok() && *entry && (*entry)->position < end && (*entry)->last_offset <= offset;
  return helps ? *entry : none;
}

StatusOr<std::optional<ScannedBatch>> Segment::find(Offset offset, std::uint64_t end,
                                                    std::uint64_t begin, Wait wait) const {
  if (end <= begin) return std::optional<ScannedBatch>();
  ASSIGN_OR_RETURN(const auto opened, file(wait));
  ASSIGN_OR_RETURN(auto entry, index_entry(offset, end, wait));
  if (entry && entry->position < begin) entry.reset();
  std::optional<HeaderWalk> walk;
  walk.emplace(*opened, entry ? entry->position : begin, end, kLookupChunk, wait);
  while (true) {
    auto batch = walk->next();
    if (is_unavailable(batch.status())) return batch.status();
    // What the entry points at must be the batch it names.
    if (entry && !(batch.ok() && *batch && (*batch)->last_offset == entry->last_offset)) {
      LOG_WARN("index entry does not match the log path={} position={}", path(kIndexSuffix),
               entry->position);
      walk.emplace(*opened, begin, end, kLookupChunk, wait);
      entry.reset();
      continue;
    }
    entry.reset();
    if (is_corruption(batch.status())) return with_context(batch.status(), log_path());
    if (!batch.ok()) return batch.status();
    if (!*batch || (*batch)->last_offset >= offset) return *batch;
  }
}

StatusOr<std::optional<ScannedBatch>> Segment::batch_at(std::uint64_t position, Offset offset,
                                                        std::uint64_t end, Wait wait) const {
  ASSIGN_OR_RETURN(const auto opened, file(wait));
  HeaderWalk walk(*opened, position, end, record::kBatchHeaderSize, wait);
  auto batch = walk.next();
  if (is_unavailable(batch.status())) return batch.status();
  const bool holds =
      batch.ok() && *batch && (*batch)->base_offset <= offset && offset <= (*batch)->last_offset;
  return holds ? *batch : std::nullopt;
}

StatusOr<std::optional<Segment::BatchPlace>> Segment::locate(Offset offset, std::uint64_t end,
                                                             std::uint64_t begin, Wait wait) const {
  if (const auto recent = recent_place(offset); recent && recent->position >= begin)
    return recent->position < end ? recent : std::nullopt;
  const NextBatchCache::Answer known = next_batches_.look_up(offset);
  std::optional<ScannedBatch> batch;
  if (known.position && *known.position >= begin && *known.position < end) {
    ASSIGN_OR_RETURN(batch, batch_at(*known.position, offset, end, wait));
  }
  if (!batch) {
    ASSIGN_OR_RETURN(batch, find(offset, end, begin, wait));
  }
  if (!batch) return std::optional<BatchPlace>();
  next_batches_.remember(batch->last_offset + 1, batch->end_position(), known.cuts);
  return std::optional(BatchPlace{batch->position, batch->size});
}

StatusOr<std::uint64_t> Segment::position_before_timestamp(std::int64_t t, std::uint64_t begin,
                                                           std::uint64_t end) const {
  RETURN_IF_ERROR(ensure_indexes());
  const auto entry = time_index_.lookup(path(kTimeIndexSuffix), t);
  if (!entry.ok() || !entry->has_value()) return begin;
  ASSIGN_OR_RETURN(const auto batch, find((*entry)->last_offset, end, begin));
  return batch ? batch->position : end;
}

StatusOr<std::optional<ScannedBatch>> Segment::find_max_timestamp(Offset limit, std::uint64_t begin,
                                                                  std::uint64_t end) const {
  RETURN_IF_ERROR(ensure_indexes());
  const auto entry = time_index_.last_below(path(kTimeIndexSuffix), limit);
  std::uint64_t from = begin;
  std::optional<ScannedBatch> best;
  ASSIGN_OR_RETURN(const auto opened, file());
  if (entry.ok() && entry->has_value()) {
    ASSIGN_OR_RETURN(best, find((*entry)->last_offset, end, begin));
    if (best && best->max_timestamp != (*entry)->timestamp) best.reset();
    if (best) from = best->end_position();
  }
  HeaderWalk walk(*opened, from, end, kRebuildChunk);
  while (true) {
    ASSIGN_OR_RETURN(const auto batch, walk.next());
    if (!batch || batch->base_offset >= limit) return best;
    if (!best || batch->max_timestamp > best->max_timestamp) best = batch;
  }
}

}  // namespace leat::storage
