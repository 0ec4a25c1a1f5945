#include "broker/storage/segment.h"

#include "broker/storage/compaction_record.h"
#include "broker/storage/log_format.h"
#include "common/base/check.h"
#include "common/base/log.h"

namespace leat::storage {

namespace {

std::string_view suffix_of(Segment::Naming naming) {
  switch (naming) {
    case Segment::Naming::kDeleted: return kDeletedSuffix;
    case Segment::Naming::kReplaced: return kReplacedSuffix;
    case Segment::Naming::kCleaned: return kCleanedSuffix;
    default: return {};
  }
}

}  // namespace

Segment::Segment(FileSystem& fs, std::shared_ptr<const std::string> directory, Offset base,
                 Naming naming)
    : fs_(fs),
      directory_(std::move(directory)),
      base_(base),
      naming_(naming),
      file_(fs),
      newest_{-1, base},
      offset_index_(fs, base),
      time_index_(fs, base) {}

std::string Segment::path(std::string_view suffix) const {
  return path(suffix, naming_.load(std::memory_order_acquire));
}

std::string Segment::path(std::string_view suffix, Naming naming) const {
  return fmt::format("{}/{}{}", *directory_, segment_file_name(base_, suffix), suffix_of(naming));
}

StatusOr<std::shared_ptr<File>> Segment::file(Wait wait) const {
  if (auto open = file_.if_open()) return open;
  auto opened = file_.get(log_path(), wait);
  // A reader that came before a compaction's swap may meet it half-way: renamed, and not said yet.
  if (is_not_found(opened.status())) opened = file_.get(path(kLog, Naming::kReplaced));
  return opened;
}

Status Segment::hold_files() {
  held_.store(true, std::memory_order_release);
  file_.pin(true);
  RETURN_IF_ERROR(file().status());
  // An index that cannot be held is looked up in the wrong file at worst, and not believed.
  static_cast<void>(offset_index_.file().hold(path(kIndexSuffix)));
  static_cast<void>(time_index_.file().hold(path(kTimeIndexSuffix)));
  return {};
}

Status Segment::create() {
  ASSIGN_OR_RETURN(auto opened, fs_.open(log_path(), OpenMode::kCreate));
  // Left by an attempt that failed half-way: it holds nothing that anybody was told of.
  if (opened->size() != 0) RETURN_IF_ERROR(opened->truncate(0));
  RETURN_IF_ERROR(offset_index_.file().create(path(kIndexSuffix)));
  RETURN_IF_ERROR(time_index_.file().create(path(kTimeIndexSuffix)));
  file_.adopt(std::move(opened));
  MutexLock lock(index_state_mutex_);
  indexes_loaded_.store(true, std::memory_order_release);
  return {};
}

void Segment::adopt(std::uint64_t size, std::uint64_t synced, std::int64_t max_timestamp,
                    std::int64_t last_append_ms) {
  size_ = size;
  synced_ = synced;
  max_timestamp_ = max_timestamp;
  last_append_ms_ = last_append_ms;
  tail_known_ = false;
  file_.pin(size != synced);
}

StatusOr<bool> Segment::should_roll(const LogOptions& options, std::uint64_t bytes,
                                    Offset last_offset, std::int64_t max_timestamp,
                                    std::int64_t now_ms) {
  const std::uint64_t now_size = size();
  if (last_offset - base_ > kMaxRelativeOffset) return true;
  if (now_size == 0) return false;
  if (damaged_) return true;
  const std::uint64_t limit = std::min<std::uint64_t>(options.segment_bytes, kMaxSegmentBytes);
  if (now_size + bytes > limit) return true;
  if (offset_index_.full(options.segment_index_bytes)) return true;
  if (time_index_.full(options.segment_index_bytes)) return true;
  // Kafka counts in record time where there is any, so that old data copied in rolls as it did then.
  const bool by_record_time = first_timestamp_.value_or(-1) >= 0;
  const std::int64_t waited = by_record_time ? max_timestamp - *first_timestamp_
                                             : now_ms - (created_ms_ >= 0 ? created_ms_ : last_append_ms());
  return waited > options.segment_ms - options.segment_jitter_ms;
}

Status Segment::cut_back() {
  // A flush may have let go of it since; the one that makes the cut durable finds it open.
  file_.pin(true);
  ASSIGN_OR_RETURN(const auto opened, file());
  may_be_longer_ = true;
  RETURN_IF_ERROR(opened->truncate(size()));
  cut_back_needed_ = false;
  return {};
}

Status Segment::append(std::span<const BatchToAppend> batches, std::uint32_t index_interval_bytes,
                       std::int64_t now_ms) {
  LEAT_CHECK(tail_known_);
  if (cut_back_needed_) RETURN_IF_ERROR(cut_back());
  if (offset_index_.file().wants_flush()) RETURN_IF_ERROR(flush_indexes());
  // Before it is opened, so that it cannot be closed in between with dirty pages.
  file_.pin(true);
  ASSIGN_OR_RETURN(const auto opened, file());
  std::vector<ByteView> parts;
  parts.reserve(batches.size());
  for (const BatchToAppend& batch : batches) parts.push_back(batch.bytes);
  if (const Status written = opened->append(parts); !written.ok()) {
    cut_back_needed_ = true;
    if (const Status cut = cut_back(); !cut.ok())
      LOG_WARN("could not cut a failed append yet path={} error={}", log_path(), describe(cut));
    return written;
  }
  for (const BatchToAppend& batch : batches) {
    ScannedBatch scanned;
    scanned.position = size();
    scanned.size = batch.bytes.size();
    scanned.base_offset = batch.base_offset;
    scanned.last_offset = batch.last_offset;
    scanned.max_timestamp = batch.max_timestamp;
    account(scanned, index_interval_bytes);
  }
  may_be_longer_ = false;
  if (created_ms_ < 0) created_ms_ = now_ms;
  last_append_ms_.store(now_ms, std::memory_order_relaxed);
  return {};
}

void Segment::account(const ScannedBatch& batch, std::uint32_t index_interval_bytes) {
  if (size() == 0) first_timestamp_ = batch.max_timestamp;
  if (batch.max_timestamp > newest_.timestamp) {
    newest_ = {batch.max_timestamp, batch.last_offset};
    if (newest_.timestamp > max_timestamp())
      max_timestamp_.store(newest_.timestamp, std::memory_order_relaxed);
  }
  if (bytes_since_index_entry_ > index_interval_bytes) {
    offset_index_.append({batch.last_offset, batch.position});
    if (const Status added = time_index_.maybe_append(path(kTimeIndexSuffix), newest_); !added.ok())
      LOG_WARN("time index entry dropped path={} error={}", log_path(), describe(added));
    bytes_since_index_entry_ = 0;
  }
  bytes_since_index_entry_ += batch.size;
  size_.store(batch.end_position(), std::memory_order_release);
  remember({batch.last_offset, {batch.position, batch.size}});
}

Status Segment::begin_scan(Offset end, std::uint32_t index_interval_bytes) {
  if (size() > 0) return read_tail(end, index_interval_bytes);
  RETURN_IF_ERROR(offset_index_.file().create(path(kIndexSuffix)));
  RETURN_IF_ERROR(time_index_.file().create(path(kTimeIndexSuffix)));
  MutexLock lock(index_state_mutex_);
  indexes_loaded_.store(true, std::memory_order_release);
  tail_known_ = true;
  return {};
}

// What was remembered may have been of a batch that is gone.
void Segment::end_scan() {
  if (!damaged_) max_timestamp_.store(newest_.timestamp, std::memory_order_relaxed);
}

// The time index first: its entries tell of more than the batch they lie at, so that one without
// them costs more than one that is ahead.
Status Segment::flush_indexes() {
  RETURN_IF_ERROR(time_index_.file().flush(path(kTimeIndexSuffix)));
  return offset_index_.file().flush(path(kIndexSuffix));
}

Status Segment::seal() {
  RETURN_IF_ERROR(time_index_.maybe_append(path(kTimeIndexSuffix), newest_));
  RETURN_IF_ERROR(flush_indexes());
  indexes_unsynced_ = true;
  MutexLock lock(recent_mutex_);
  recent_.reset();
  return {};
}

void Segment::mark_synced(std::uint64_t size, std::uint64_t cuts) {
  LEAT_CHECK(size <= this->size());
  if (cuts >= cut_) cut_synced_ = cut_;
  may_hide_a_cut_ = false;
  if (size > synced()) synced_.store(size, std::memory_order_release);
  if (!fully_synced() || held_.load(std::memory_order_acquire)) return;
  file_.pin(false);
  indexes_unsynced_ = false;
}

Status Segment::sync_cut() {
  if (!has_unsynced_cut()) return {};
  ASSIGN_OR_RETURN(const auto opened, file());
  RETURN_IF_ERROR(opened->sync());
  cut_synced_ = cut_;
  may_hide_a_cut_ = false;
  return {};
}

Status Segment::collect_files(std::vector<std::shared_ptr<File>>& out) {
  if (!fully_synced()) {
    ASSIGN_OR_RETURN(auto opened, file());
    out.push_back(std::move(opened));
  }
  if (!indexes_unsynced_) return {};
  // Of a sealed segment only. An index that cannot be opened is made again when it is missed.
  for (const auto& [index, suffix] : {std::pair{&offset_index_.file(), kIndexSuffix},
                                      std::pair{&time_index_.file(), kTimeIndexSuffix}}) {
    if (auto opened = index->file(path(suffix)); opened.ok()) out.push_back(*std::move(opened));
  }
  return {};
}

void Segment::close_files() {
  file_.close();
  offset_index_.file().close();
  time_index_.file().close();
}

Status Segment::truncate(std::uint64_t size, Offset end) {
  LEAT_CHECK(size <= this->size());
  // As in append: until that is synced.
  file_.pin(true);
  ASSIGN_OR_RETURN(const auto opened, file());
  RETURN_IF_ERROR(ensure_indexes());
  RETURN_IF_ERROR(opened->truncate(size));
  {
    MutexLock lock(recent_mutex_);
    recent_.reset();
  }
  next_batches_.forget();
  size_.store(size, std::memory_order_release);
  synced_.store(std::min(synced(), size), std::memory_order_release);
  cut_back_needed_ = false;
  RETURN_IF_ERROR(offset_index_.truncate_to_position(path(kIndexSuffix), size));
  RETURN_IF_ERROR(time_index_.truncate_to_offset(path(kTimeIndexSuffix), end));
  tail_known_ = false;
  return {};
}

Status Segment::rename_files(Naming to) {
  const std::string_view suffixes[] = {kLogSuffix, kIndexSuffix, kTimeIndexSuffix, kSnapshotSuffix,
                                       kTxnIndexSuffix};
  // The log last: as long as it has its name, the segment is there as a whole.
  for (std::size_t i = std::size(suffixes); i-- > 0;) {
    const Status renamed = fs_.rename(path(suffixes[i]), path(suffixes[i], to));
    if (!renamed.ok() && !is_not_found(renamed)) return renamed;
  }
  naming_.store(to, std::memory_order_release);
  return {};
}

Status Segment::remove_files() {
  for (const std::string_view suffix :
       {kLogSuffix, kIndexSuffix, kTimeIndexSuffix, kSnapshotSuffix, kTxnIndexSuffix}) {
    const Status removed = fs_.remove(path(suffix));
    if (!removed.ok() && !is_not_found(removed)) return removed;
  }
  return {};
}

}  // namespace leat::storage
