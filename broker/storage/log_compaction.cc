// How compacted segments take the place of old ones: compaction_record.h says what decides, and
// recovery finishes what a crash interrupts.
#include <algorithm>

#include "broker/storage/log_format.h"
#include "broker/storage/log_impl.h"
#include "common/base/check.h"

namespace leat::storage {

CompactionRecord LogImpl::compaction_record() const {
  MutexLock lock(mutex_);
  return compaction_;
}

Status LogImpl::write_compaction_record(CompactionRecord record) {
  // Not below the log start: that may not be durable yet, nor the segments below it be detached.
  if (const auto segments = list(); !segments->empty())
    record.forget_below(segments->all().front()->base());
  RETURN_IF_ERROR(storage::write_compaction_record(fs_, *directory_, record));
  MutexLock lock(mutex_);
  compaction_ = std::move(record);
  return {};
}

std::shared_ptr<Segment> LogImpl::new_cleaned_segment(Offset base) const {
  return std::make_shared<Segment>(fs_, directory_, base, Segment::Naming::kCleaned);
}

bool LogImpl::settle_end() {
  const auto segments = list();
  if (segments->empty() || segments->active()->size() != 0) return false;
  const Offset base = segments->active()->base();
  bool moved = false;
  MutexLock lock(mutex_);
  for (LogPosition* const at : {&end_, &durable_}) {
    if (at->offset != base || at->segment_base == base) continue;
    *at = {base, base, 0};
    moved = true;
  }
  return moved;
}

Status LogImpl::begin_replacing(Replacement replacement) {
  LEAT_CHECK(!replacement_ && !replacement.old_segments.empty());
  const auto segments = list();
  const auto& all = segments->all();
  const auto first = std::find(all.begin(), all.end(), replacement.old_segments.front());
  const auto count = replacement.old_segments.size();
  if (static_cast<std::size_t>(all.end() - first) <= count)
    return failed_precondition("segment {} is gone", replacement.old_segments.front()->base());
  LEAT_CHECK(std::equal(replacement.old_segments.begin(), replacement.old_segments.end(), first) &&
             (*(first + static_cast<std::ptrdiff_t>(count)))->base() == replacement.end);
  if (durable().segment_base < replacement.end)
    return failed_precondition("segment {} is not known to be stable", replacement.end);
  // Its files' names will be the new segment's: whoever still reads it must not open those.
  RETURN_IF_ERROR(replacement.old_segments.front()->hold_files());
  replacement_ = std::move(replacement);
  committed_ = swapped_ = false;
  return {};
}

Status LogImpl::commit_replacing() {
  const Segment& made = *replacement_->made;
  CompactionRecord record = compaction_record();
  CompactedSegment entry;
  entry.row = {made.base(), made.size(), made.max_timestamp(), made.last_append_ms()};
  entry.end = replacement_->end;
  entry.pending = true;
  record.add(entry);
  RETURN_IF_ERROR(write_compaction_record(std::move(record)));
  committed_ = true;
  return {};
}

Status LogImpl::abandon_replacing() {
  replacement_.reset();
  return detach_below_start();
}

Status LogImpl::finish_replacing() {
  if (swapped_) return {};
  // Readers of the old list may be anywhere in it, so its names go before the new come.
  for (const auto& old : replacement_->old_segments)
    RETURN_IF_ERROR(old->rename_files(Segment::Naming::kReplaced));
  RETURN_IF_ERROR(replacement_->made->rename_files(Segment::Naming::kLive));
  std::vector<std::shared_ptr<Segment>> next;
  for (const auto& segment : list()->all()) {
    const bool old = segment->base() >= replacement_->made->base() && segment->base() < replacement_->end;
    if (!old) next.push_back(segment);
    if (segment == replacement_->old_segments.front()) next.push_back(replacement_->made);
  }
  publish(std::move(next));
  swapped_ = true;
  return {};
}

Status LogImpl::make_replacing_durable() {
  RETURN_IF_ERROR(fs_.sync_directory(*directory_));
  CompactionRecord record = compaction_record();
  for (CompactedSegment& entry : record.segments) entry.pending = false;
  return write_compaction_record(std::move(record));
}

Status LogImpl::end_replacing() {
  {
    MutexLock lock(mutex_);
    for (auto& old : replacement_->old_segments)
      deleted_.push_back({std::move(old), {}, clock_.wall_ms(), std::nullopt});
  }
  replacement_.reset();
  return detach_below_start();
}

}  // namespace leat::storage
