#include "broker/storage/recovery.h"

#include <algorithm>
#include <map>

#include "broker/storage/log_format.h"
#include "broker/storage/recovery_table.h"
#include "broker/storage/tail_scan.h"
#include "broker/storage/torn_bytes.h"
#include "common/base/log.h"

namespace leat::storage {
namespace {

struct OnDisk {
  std::optional<std::uint64_t> log_size;  // nullopt: no .log
  const SegmentRow* row = nullptr;
};

class Recovery {
 public:
  Recovery(FileSystem& fs, const Clock& clock, std::shared_ptr<const std::string> directory,
           const LogOptions& options, const std::optional<LogRow>& row,
           const RecoveredBatch& on_batch, RecoveryReport& report)
      : fs_(fs),
        clock_(clock),
        directory_(std::move(directory)),
        options_(options),
        row_(row),
        on_batch_(on_batch),
        report_(report) {}

  StatusOr<RecoveredLog> run() {
    RETURN_IF_ERROR(look());
    find_start();
    RETURN_IF_ERROR(refuse_or_go_on());
    begin_chain();
    for (auto& [base, found] : segments_) RETURN_IF_ERROR(visit(base, found));
    RETURN_IF_ERROR(finish());
    return std::move(result_);
  }

 private:
  std::string path(const std::string& name) const { return *directory_ + "/" + name; }
  bool names(Offset base) const { return segments_.contains(base); }
  bool row_names(Offset base) const {
    return row_ && std::any_of(row_->segments.begin(), row_->segments.end(),
                               [&](const SegmentRow& s) { return s.base == base; });
  }

  Status look();
  void note_file(const DirectoryEntry& entry);
  void find_start();
  Status refuse_or_go_on();
  void begin_chain();
  Offset next_base(Offset base) const;
  Place place_of(Offset base, const OnDisk& found) const;
  Found found_of(Offset base, const OnDisk& found) const;
  std::uint64_t required(Offset base, const OnDisk& found) const;
  Status visit(Offset base, const OnDisk& found);
  Status act(Decision decision, Offset base, const OnDisk& found);
  void trust(Offset base, const OnDisk& found);
  Status scan(Offset base, const OnDisk& found, const Finding& before);
  Status keep_scanned(Segment& segment, File& file, const TailScan& scanned, Decision decision);
  Status forget(Offset base);
  void leave_over(const std::string& name, Offset base);
  Status rot(std::uint64_t position) const;
  Status drop(Offset base);
  Status remove_orphans();
  Status sync_scanned();
  Status sync_names();
  Status finish();
  Status end_behind_start();

  FileSystem& fs_;
  const Clock& clock_;
  const std::shared_ptr<const std::string> directory_;
  const LogOptions& options_;
  const std::optional<LogRow>& row_;
  const RecoveredBatch& on_batch_;
  RecoveryReport& report_;

  std::map<Offset, OnDisk> segments_;     // named by the row or by a .log
  std::optional<Offset> newest_deleted_;  // greatest base of a *.log.deleted that the row has not forgotten
  std::vector<std::string> orphan_candidates_;
  Offset start_;
  LogPosition end_;
  bool names_changed_ = false;
  bool names_synced_ = options_.is_settled;  // those found when it began
  std::vector<std::shared_ptr<Segment>> scanned_;
  std::vector<std::shared_ptr<Segment>> cut_;  // of these
  RecoveredLog result_;
};

Status Recovery::look() {
  const auto entries = fs_.list(*directory_);
  if (!entries.ok() && !is_not_found(entries.status())) return entries.status();
  result_.directory_exists = entries.ok();
  if (row_)
    for (const SegmentRow& segment : row_->segments) segments_[segment.base].row = &segment;
  if (entries.ok())
    for (const DirectoryEntry& entry : *entries) note_file(entry);
  return {};
}

void Recovery::note_file(const DirectoryEntry& entry) {
  if (entry.is_directory) return;
  if (entry.name.ends_with(kTemporarySuffix)) {
    result_.leftovers.push_back({path(entry.name), std::nullopt});
    return;
  }
  const auto name = parse_segment_file_name(entry.name);
  if (!name) return;
  if (name->deleted) {
    leave_over(entry.name, name->base);
    const bool newer = !row_ || name->base >= row_->start || row_names(name->base);
    const bool counts = name->suffix == kLogSuffix && newer;
    if (counts && (!newest_deleted_ || name->base > *newest_deleted_)) newest_deleted_ = name->base;
  } else if (name->suffix == kLogSuffix) {
    segments_[name->base].log_size = entry.size;
  } else if (name->suffix == kIndexSuffix || name->suffix == kTimeIndexSuffix) {
    orphan_candidates_.push_back(entry.name);
  }
}

// Deletion goes from the front and is never taken back, so one *.deleted tells of all before it.
void Recovery::find_start() {
  if (row_) {
    start_ = row_->start;
  } else if (!segments_.empty()) {
    start_ = segments_.begin()->first;
  }
  if (!newest_deleted_) return;
  for (const auto& [base, found] : segments_) {
    if (base <= *newest_deleted_ || !found.log_size) continue;
    start_ = std::max(start_, base);
    return;
  }
}

Offset Recovery::next_base(Offset base) const {
  const auto next = segments_.upper_bound(base);
  return next == segments_.end() ? Offset{std::numeric_limits<std::int64_t>::max()} : next->first;
}

Place Recovery::place_of(Offset base, const OnDisk& found) const {
  if (next_base(base) <= start_) return Place::kBelowStart;
  if (!row_) return Place::kAbove;
  const LogPosition& durable = row_->durable;
  if (base > durable.segment_base) return Place::kAbove;
  if (base == durable.segment_base) return durable.position == 0 ? Place::kAbove : Place::kAt;
  return found.row == nullptr ? Place::kStray : Place::kBelow;
}

std::uint64_t Recovery::required(Offset base, const OnDisk& found) const {
  if (!row_) return 0;
  if (base == row_->durable.segment_base) return row_->durable.position;
  return found.row == nullptr || base > row_->durable.segment_base ? 0 : found.row->size;
}

Found Recovery::found_of(Offset base, const OnDisk& found) const {
  if (!found.log_size) return Found::kMissing;
  return *found.log_size < required(base, found) ? Found::kShort : Found::kComplete;
}

// Before anything is touched.
Status Recovery::refuse_or_go_on() {
  for (const auto& [base, found] : segments_) {
    const Finding finding{place_of(base, found), found_of(base, found), Chain::kJoins,
                          Tail::kNotScanned};
    if (decide(finding) != Decision::kRefuse) continue;
    return failed_precondition(
        "durable data missing: {} holds {} bytes, {} were synced", path(segment_file_name(base, kLogSuffix)),
        found.log_size.value_or(0), required(base, found));
  }
  const bool durable_segment_gone = row_ && row_->durable.position > 0 && start_ <= row_->durable.offset &&
                                    row_->durable.offset > row_->start &&
                                    !names(row_->durable.segment_base);
  if (durable_segment_gone)
    return failed_precondition("durable data missing: {} has no segment at {}", *directory_,
                               row_->durable.segment_base);
  return {};
}

void Recovery::begin_chain() {
  end_ = row_ ? row_->durable : LogPosition{start_, start_, 0};
  if (row_) result_.epochs = row_->epochs;
  // Everything up to the row's durable position was deleted: the log goes on where the rest begins.
  if (end_.offset < start_ && names(start_)) end_ = {start_, start_, 0};
}

Status Recovery::visit(Offset base, const OnDisk& found) {
  Finding finding{place_of(base, found), found_of(base, found), Chain::kJoins, Tail::kNotScanned};
  if (finding.place == Place::kAbove) {
    const bool joins = !row_ && options_.may_have_gaps ? base >= end_.offset : base == end_.offset;
    if (!joins) finding.chain = Chain::kBroken;
  }
  const Decision decision = decide(finding);
  if (decision == Decision::kScan) return scan(base, found, finding);
  return act(decision, base, found);
}

Status Recovery::act(Decision decision, Offset base, const OnDisk& found) {
  switch (decision) {
    case Decision::kForget: return forget(base);
    case Decision::kTrust: trust(base, found); return {};
    case Decision::kDrop: return drop(base);
    case Decision::kLeaveAlone:
      LOG_WARN("a segment that the checkpoint does not know is left alone path={}",
               path(segment_file_name(base, kLogSuffix)));
      return {};
    default: return {};
  }
}

void Recovery::trust(Offset base, const OnDisk& found) {
  auto segment = std::make_shared<Segment>(fs_, directory_, base);
  segment->adopt(found.row->size, found.row->size, found.row->max_timestamp,
                 found.row->last_append_ms);
  result_.segments.push_back(std::move(segment));
}

Status Recovery::scan(Offset base, const OnDisk& found, const Finding& before) {
  auto segment = std::make_shared<Segment>(fs_, directory_, base);
  const std::uint64_t from = before.place == Place::kAt ? row_->durable.position : 0;
  const std::uint64_t to = *found.log_size;
  segment->adopt(from, from, found.row != nullptr ? found.row->max_timestamp : -1,
                 found.row != nullptr ? found.row->last_append_ms : clock_.wall_ms());
  result_.segments.push_back(segment);
  end_ = {end_.offset, base, from};
  // Nothing was written since the checkpoint: the segment is as durable as the row says.
  if (from == to && before.place == Place::kAt) {
    segment->may_hide_a_cut();
    return {};
  }

  RETURN_IF_ERROR(segment->begin_scan(end_.offset, options_.index_interval_bytes));
  ++report_.rebuilt_indexes;
  ASSIGN_OR_RETURN(const auto file, segment->file());
  const LeaderEpoch epoch = result_.epochs.empty() ? kNoLeaderEpoch : result_.epochs.back().epoch;
  TailScan tail(*file, from, to, end_.offset, epoch, !row_ && options_.may_have_gaps);
  while (true) {
    ASSIGN_OR_RETURN(const auto batch, tail.next());
    if (!batch) break;
    segment->account(batch->info, options_.index_interval_bytes);
    if (result_.epochs.empty() || result_.epochs.back().epoch < batch->info.leader_epoch)
      result_.epochs.push_back({batch->info.leader_epoch, batch->info.base_offset});
    if (on_batch_) on_batch_(batch->bytes);
  }
  report_.scanned_bytes += to - from;
  if (tail.torn() && options_.is_synced_batch_by_batch) {
    ASSIGN_OR_RETURN(const bool rotten, tail.whole_batch_follows());
    if (rotten) return rot(tail.position());
  }
  Finding after = before;
  after.tail = tail.torn() ? Tail::kTorn : Tail::kWhole;
  return keep_scanned(*segment, *file, tail, decide(after));
}

Status Recovery::keep_scanned(Segment& segment, File& file, const TailScan& scanned,
                              Decision decision) {
  if (decision == Decision::kCut) {
    report_.cut_bytes += file.size() - scanned.position();
    LOG_WARN("cutting a torn tail directory={} segment={} position={} bytes={}", *directory_,
             segment.base(), scanned.position(), file.size() - scanned.position());
    RETURN_IF_ERROR(keep_torn_bytes(fs_, *directory_, segment.base(), file, scanned.position()));
    RETURN_IF_ERROR(file.truncate(scanned.position()));
    names_changed_ = true;
    cut_.push_back(result_.segments.back());
  }
  end_ = {scanned.expected(), segment.base(), scanned.position()};
  scanned_.push_back(result_.segments.back());
  return {};
}

void Recovery::leave_over(const std::string& name, Offset base) {
  const bool forgotten = row_ && has_forgotten(*row_, base);
  result_.leftovers.push_back({path(name), forgotten ? std::nullopt : std::optional(base)});
}

Status Recovery::forget(Offset base) {
  // As in LogImpl::detach_front: what stays must be certain to stay before a name goes away.
  if (!names_synced_) RETURN_IF_ERROR(fs_.sync_directory(*directory_));
  names_synced_ = true;
  Segment segment(fs_, directory_, base);
  RETURN_IF_ERROR(segment.rename_deleted());
  for (const std::string_view suffix : {kLogSuffix, kIndexSuffix, kTimeIndexSuffix})
    leave_over(segment_file_name(base, suffix) + std::string(kDeletedSuffix), base);
  return {};
}

Status Recovery::rot(std::uint64_t position) const {
  const std::string damaged = path(segment_file_name(end_.segment_base, kLogSuffix));
  return corruption("{} is damaged at position {} and whole batches follow. Nothing was changed: "
                    "restore it from a copy", damaged, position);
}

Status Recovery::drop(Offset base) {
  Segment segment(fs_, directory_, base);
  LOG_WARN("dropping records behind a hole directory={} segment={} end={}", *directory_, base,
           end_.offset);
  names_changed_ = true;
  ASSIGN_OR_RETURN(const auto file, segment.file());
  // An empty one is what a roll that failed leaves.
  if (options_.is_synced_batch_by_batch && file->size() > 0) return rot(end_.position);
  report_.cut_bytes += file->size();
  RETURN_IF_ERROR(keep_torn_bytes(fs_, *directory_, base, *file, 0));
  return segment.remove_files();
}

// Index files of segments that are not there (any more).
Status Recovery::remove_orphans() {
  for (const std::string& name : orphan_candidates_) {
    const auto parsed = parse_segment_file_name(name);
    const auto segment = segments_.find(parsed->base);
    if (segment != segments_.end() && segment->second.log_size) continue;
    const Status removed = fs_.remove(path(name));
    if (!removed.ok() && !is_not_found(removed)) return removed;
  }
  return {};
}

// The start is durable and the records up to it were not (relaxed durability): they were deleted, so
// the log goes on at its start.
Status Recovery::end_behind_start() {
  for (const auto& segment : result_.segments) RETURN_IF_ERROR(forget(segment->base()));
  result_.segments.clear();
  scanned_.clear();
  end_ = {start_, start_, 0};
  return {};
}

// Served only once it is certain that the disk has it.
Status Recovery::sync_scanned() {
  for (const auto& segment : scanned_) {
    if (segment != result_.segments.back()) RETURN_IF_ERROR(segment->seal());
    const bool was_cut = std::find(cut_.begin(), cut_.end(), segment) != cut_.end();
    if (was_cut || !options_.is_settled) {
      ASSIGN_OR_RETURN(const auto file, segment->file());
      RETURN_IF_ERROR(file->sync());
    }
    segment->mark_synced(segment->size(), 0);
  }
  return {};
}

Status Recovery::sync_names() {
  RETURN_IF_ERROR(fs_.sync_directory(*directory_));
  const auto slash = directory_->rfind('/');
  // Its own name too, unless something in it was durable before.
  const bool name_is_durable = options_.is_settled || (row_ && row_->durable.position > 0);
  if (name_is_durable || slash == std::string::npos) return {};
  return fs_.sync_directory(directory_->substr(0, slash));
}

Status Recovery::finish() {
  RETURN_IF_ERROR(remove_orphans());
  if (end_.offset < start_) RETURN_IF_ERROR(end_behind_start());
  RETURN_IF_ERROR(sync_scanned());
  if (names_changed_ || (!scanned_.empty() && !options_.is_settled)) RETURN_IF_ERROR(sync_names());
  result_.start = start_;
  result_.end = end_;
  return {};
}

}  // namespace

StatusOr<RecoveredLog> recover(FileSystem& fs, const Clock& clock,
                               std::shared_ptr<const std::string> directory,
                               const LogOptions& options, const std::optional<LogRow>& row,
                               const RecoveredBatch& on_batch, RecoveryReport& report) {
  return Recovery(fs, clock, std::move(directory), options, row, on_batch, report).run();
}

}  // namespace leat::storage
