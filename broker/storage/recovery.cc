#include "broker/storage/recovery.h"

#include <algorithm>

#include "broker/storage/log_format.h"
#include "broker/storage/log_survey.h"
#include "broker/storage/recovery_table.h"
#include "broker/storage/tail_scan.h"
#include "broker/storage/torn_bytes.h"
#include "common/base/log.h"

namespace leat::storage {
namespace {

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
    ASSIGN_OR_RETURN(survey_, LogSurvey::take(fs_, directory_, row_));
    // Before anything is touched.
    RETURN_IF_ERROR(survey_->check_complete());
    result_.directory_exists = survey_->directory_exists();
    result_.leftovers = survey_->leftovers();
    start_ = survey_->start();
    begin_chain();
    for (const auto& [base, found] : survey_->segments()) RETURN_IF_ERROR(visit(base, found));
    RETURN_IF_ERROR(finish());
    return std::move(result_);
  }

 private:
  std::string path(const std::string& name) const { return *directory_ + "/" + name; }
  void begin_chain();
  Status visit(Offset base, const LogSurvey::Entry& found);
  Status act(Decision decision, Offset base, const LogSurvey::Entry& found);
  void trust(Offset base, const LogSurvey::Entry& found);
  Status scan(Offset base, const LogSurvey::Entry& found, const Finding& before);
  Status keep_scanned(Segment& segment, File& file, const TailScan& scanned, Decision decision);
  Status forget(Offset base);
  Status rot(std::uint64_t position) const;
  Status drop(Offset base);
  Status remove_orphans();
  Status sync_scanned();
  // The directory's: it is when something in it was durable before.
  bool own_name_is_durable() const {
    return options_.is_settled || (row_ && row_->durable.position > 0);
  }
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

  std::optional<LogSurvey> survey_;
  Offset start_;
  LogPosition end_;
  bool names_changed_ = false;
  bool names_synced_ = options_.is_settled;  // those found when it began
  std::vector<std::shared_ptr<Segment>> scanned_;
  std::vector<std::shared_ptr<Segment>> cut_;  // of these
  RecoveredLog result_;
};

void Recovery::begin_chain() {
  end_ = row_ ? row_->durable : LogPosition{start_, start_, 0};
  if (row_) result_.epochs = row_->epochs;
  // Everything up to the row's durable position was deleted: the log goes on where the rest begins.
  if (end_.offset < start_ && survey_->segments().contains(start_)) end_ = {start_, start_, 0};
}

Status Recovery::visit(Offset base, const LogSurvey::Entry& found) {
  Finding finding{survey_->place_of(base), survey_->found_of(base), Chain::kJoins, Tail::kNotScanned};
  if (finding.place == Place::kAbove) {
    const bool joins = !row_ && options_.may_have_gaps ? base >= end_.offset : base == end_.offset;
    if (!joins) finding.chain = Chain::kBroken;
  }
  const Decision decision = decide(finding);
  if (decision == Decision::kScan) return scan(base, found, finding);
  return act(decision, base, found);
}

Status Recovery::act(Decision decision, Offset base, const LogSurvey::Entry& found) {
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

void Recovery::trust(Offset base, const LogSurvey::Entry& found) {
  auto segment = std::make_shared<Segment>(fs_, directory_, base);
  segment->adopt(found.row->size, found.row->size, found.row->max_timestamp,
                 found.row->last_append_ms);
  result_.segments.push_back(std::move(segment));
}

Status Recovery::scan(Offset base, const LogSurvey::Entry& found, const Finding& before) {
  auto segment = std::make_shared<Segment>(fs_, directory_, base);
  const std::uint64_t from = before.place == Place::kAt ? row_->durable.position : 0;
  const std::uint64_t to = *found.log_size;
  segment->adopt(from, from, found.row != nullptr ? found.row->max_timestamp : -1,
                 found.row != nullptr ? found.row->last_append_ms : clock_.wall_ms());
  result_.segments.push_back(segment);
  // No segment holds offsets below its base.
  end_ = {std::max(end_.offset, base), base, from};
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
    ASSIGN_OR_RETURN(const bool rotten, tail.whole_batch_follows(survey_->next_base(base)));
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
  segment.end_scan();
  end_ = {scanned.expected(), segment.base(), scanned.position()};
  scanned_.push_back(result_.segments.back());
  return {};
}

Status Recovery::forget(Offset base) {
  // As in LogImpl::detach_front: what stays must be certain to stay before a name goes away.
  if (!names_synced_) RETURN_IF_ERROR(fs_.sync_directory(*directory_));
  names_synced_ = true;
  Segment segment(fs_, directory_, base);
  RETURN_IF_ERROR(segment.rename_deleted());
  for (const std::string_view suffix : {kLogSuffix, kIndexSuffix, kTimeIndexSuffix})
    result_.leftovers.push_back(survey_->leftover(
        segment_file_name(base, suffix) + std::string(kDeletedSuffix), base));
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
  for (const std::string& name : survey_->index_files()) {
    const auto parsed = parse_segment_file_name(name);
    const auto segment = survey_->segments().find(parsed->base);
    if (segment != survey_->segments().end() && segment->second.log_size) continue;
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
  if (own_name_is_durable() || slash == std::string::npos) return {};
  return fs_.sync_directory(directory_->substr(0, slash));
}

Status Recovery::finish() {
  RETURN_IF_ERROR(remove_orphans());
  if (end_.offset < start_) RETURN_IF_ERROR(end_behind_start());
  RETURN_IF_ERROR(sync_scanned());
  // A process killed behind its first mkdir leaves an empty directory whose name is not durable, and
  // nobody will sync that once something is in it.
  const bool found_names =
      !options_.is_settled &&
      (!scanned_.empty() || (result_.directory_exists && !own_name_is_durable()));
  if (names_changed_ || found_names) RETURN_IF_ERROR(sync_names());
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
