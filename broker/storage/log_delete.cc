#include "broker/storage/log_format.h"
#include "broker/storage/log_impl.h"
#include "common/base/log.h"

namespace leat::storage {

Status LogImpl::sync_names() {
  if (parent_unsynced_) {
    const auto slash = directory_->rfind('/');
    RETURN_IF_ERROR(fs_.sync_directory(slash == std::string::npos ? "." : directory_->substr(0, slash)));
    parent_unsynced_ = false;
  }
  if (name_changes_ == name_changes_synced_) return {};
  RETURN_IF_ERROR(fs_.sync_directory(*directory_));
  name_changes_synced_ = name_changes_;
  return {};
}

Status LogImpl::delete_before(Offset new_start) {
  {
    MutexLock lock(mutex_);
    if (new_start <= start_) return {};
    if (new_start > end_.offset)
      return out_of_range("{} is above the log end {}", new_start, end_.offset);
    start_ = new_start;
  }
  // While a compaction's swap is under way its segments stay; it detaches them then.
  return replacement_ ? Status() : detach_below_start();
}

Status LogImpl::detach_below_start() {
  const Offset start = start_offset();
  const auto segments = list();
  std::size_t count = 0;
  while (count + 1 < segments->all().size() && segments->all()[count + 1]->base() <= start) ++count;
  return detach_front(count);
}

Status LogImpl::detach_front(std::size_t count) {
  if (count == 0) return {};
  // The names of what stays must be durable before the names of what goes away change: a power cut
  // that keeps only the renames must not find an empty directory.
  RETURN_IF_ERROR(sync_names());
  const auto segments = list();
  auto kept = segments->all();
  const std::vector<std::shared_ptr<Segment>> gone(kept.begin(),
                                                   kept.begin() + static_cast<std::ptrdiff_t>(count));
  kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(count));
  // The same for what was cut off it: should the rename be lost, recovery would find the old tail
  // again and take it for a part of the log.
  for (const auto& segment : gone) RETURN_IF_ERROR(segment->sync_cut());
  const Offset first_kept = kept.front()->base();
  publish(std::move(kept));
  {
    MutexLock lock(mutex_);
    // No position may lie in a segment that is gone.
    for (LogPosition* const at : {&end_, &durable_})
      if (at->offset == first_kept) *at = {first_kept, first_kept, 0};
  }
  Status failed;
  for (const auto& segment : gone) {
    if (const Status renamed = segment->rename_deleted(); !renamed.ok()) failed = renamed;
    MutexLock lock(mutex_);
    deleted_.push_back({segment, {}, clock_.wall_ms(), segment->base()});
  }
  return failed;
}

void LogImpl::checkpointed(const LogRow& row) {
  // After a kill the tail behind the last index entry is read again: at most what is behind the row.
  if (const auto segments = list(); !segments->empty()) {
    if (const Status flushed = segments->active()->flush_indexes(); !flushed.ok())
      LOG_WARN("could not write an index directory={} error={}", *directory_, describe(flushed));
  }
  MutexLock lock(mutex_);
  for (Deleted& entry : deleted_) {
    if (entry.awaits_row && has_forgotten(row, *entry.awaits_row)) entry.awaits_row.reset();
  }
}

bool LogImpl::purge_deleted() {
  std::vector<Deleted> due;
  bool remain = false;
  {
    MutexLock lock(mutex_);
    const std::int64_t now = clock_.wall_ms();
    std::vector<Deleted> later;
    for (Deleted& entry : deleted_) {
      const bool waited = now - entry.at_ms >= file_delete_delay_ms_.load();
      (!entry.awaits_row && waited ? due : later).push_back(std::move(entry));
    }
    deleted_ = std::move(later);
    remain = !deleted_.empty();
  }
  for (const Deleted& entry : due) {
    const Status removed = entry.segment ? entry.segment->remove_files() : fs_.remove(entry.path);
    if (removed.ok() || is_not_found(removed)) continue;
    LOG_WARN("could not remove a deleted segment directory={} error={}", *directory_,
             describe(removed));
    MutexLock lock(mutex_);
    deleted_.push_back(entry);
    remain = true;
  }
  return remain;
}

}  // namespace leat::storage
