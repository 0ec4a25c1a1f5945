#include "broker/storage/loss.h"

#include <algorithm>

#include "broker/storage/checkpoint.h"
#include "broker/storage/compaction_record.h"
#include "broker/storage/log_format.h"
#include "broker/storage/log_survey.h"
#include "broker/storage/segment.h"
#include "broker/storage/tail_scan.h"
#include "broker/storage/torn_bytes.h"
#include "common/record/batch_builder.h"
#include "common/record/batch_view.h"

namespace leat::storage {
namespace {

// A segment as it is on the disk, oldest first in a list.
struct Remains {
  Offset base;
  const SegmentRow* row = nullptr;
  std::optional<std::uint64_t> size;  // of the file
  std::uint64_t whole = 0;            // bytes of whole batches, from its beginning
  Offset end;                         // after the last of them
  std::int64_t max_timestamp = -1;
  bool is_scanned = false;
  bool is_bridge = false;      // left by an acceptance that was interrupted
  bool is_kept_uncut = false;  // rotten in the middle: nothing of it is taken away

  std::uint64_t kept_bytes() const { return is_kept_uncut ? *size : whole; }
};

bool is_bare(ByteView batch) {
  const auto header = record::parse_header(batch);
  return header && header->is_bare();
}

// A file that the row does not name, too short for a batch with records: what became of a bridge,
// also where it counts as a stray because the row's durable end lies in the segment behind it.
bool holds_no_record(const LogSurvey& survey, Offset base) {
  const auto at = survey.segments().find(base);
  if (at == survey.segments().end() || at->second.row != nullptr) return false;
  return at->second.log_size && *at->second.log_size <= record::kBatchHeaderSize;
}

class Assessment {
 public:
  Assessment(FileSystem& fs, std::shared_ptr<const std::string> directory,
             const std::optional<LogRow>& row, RecoveredBatch on_batch)
      : fs_(fs), directory_(std::move(directory)), row_(row), on_batch_(std::move(on_batch)) {}

  Status run() {
    ASSIGN_OR_RETURN(const LogSurvey survey, LogSurvey::take(fs_, directory_, row_));
    directory_exists_ = survey.directory_exists();
    epochs_ = row_->epochs;
    report_.recorded_end = report_.new_end = row_->durable.offset;
    report_.found_end = survey.start();
    for (const auto& [base, found] : survey.segments()) {
      if (found.log_size) report_.new_end = std::max(report_.new_end, base);
      RETURN_IF_ERROR(visit(survey, base, found));
    }
    report_.new_end = std::max(report_.new_end, report_.found_end);
    note_gaps(survey.start());
    choose_bridge(survey);
    return {};
  }

  const LossReport& report() const { return report_; }
  const std::vector<Remains>& segments() const { return segments_; }
  const std::vector<EpochStart>& epochs() const { return epochs_; }
  bool directory_exists() const { return directory_exists_; }
  // Where a batch without records belongs that leads readers over a gap behind which there is nothing
  // yet, up to the new end, as compaction leaves one.
  std::optional<Offset> bridge() const { return bridge_; }

 private:
  Status visit(const LogSurvey& survey, Offset base, const LogSurvey::Entry& found);
  Status scan(Remains& segment, Place place, std::uint64_t from, Offset next_base);
  StatusOr<bool> is_rotten(TailScan& tail, std::uint64_t size, Offset next_base) const;
  void note_gaps(Offset start);
  void choose_bridge(const LogSurvey& survey);

  FileSystem& fs_;
  const std::shared_ptr<const std::string> directory_;
  const std::optional<LogRow>& row_;
  const RecoveredBatch on_batch_;
  LossReport report_;
  std::vector<Remains> segments_;
  std::vector<EpochStart> epochs_;
  Offset end_;  // so far
  std::optional<Offset> bridge_;
  bool directory_exists_ = false;
};

Status Assessment::visit(const LogSurvey& survey, Offset base, const LogSurvey::Entry& found) {
  const Place place = survey.place_of(base);
  if (place == Place::kStray) return {};
  if (place == Place::kAbove && (!found.log_size || base < end_)) return {};
  // Its deletion had begun: it is no loss, and recovery carries that on.
  if (place == Place::kBelowStart && (found.row == nullptr || !found.log_size)) return {};
  Remains segment;
  segment.base = base;
  segment.row = found.row;
  segment.size = found.log_size;
  segment.end = base;
  report_.recorded_bytes += survey.required(base);
  const bool is_trusted = place == Place::kBelowStart ||
                          (place == Place::kBelow && survey.found_of(base) == Found::kComplete);
  if (is_trusted) {
    segment.whole = survey.required(base);
    segment.max_timestamp = found.row->max_timestamp;
    segment.end = std::min(survey.next_base(base), row_->durable.offset);
  } else if (found.log_size) {
    const bool is_complete = survey.found_of(base) == Found::kComplete;
    const bool from_durable = place == Place::kAt && is_complete;
    RETURN_IF_ERROR(scan(segment, place, from_durable ? row_->durable.position : 0,
                         survey.next_base(base)));
  }
  if (segment.whole > 0) report_.found_end = std::max(report_.found_end, segment.end);
  report_.found_bytes += segment.whole;
  end_ = std::max(end_, segment.end);
  if (place != Place::kBelowStart && segment.kept_bytes() < survey.required(base)) {
    report_.damages.push_back({segment_file_name(base, kLogSuffix), survey.required(base),
                               segment.whole, !found.log_size, segment.end, segment.end});
  }
  segments_.push_back(segment);
  return {};
}

Status Assessment::scan(Remains& segment, Place place, std::uint64_t from, Offset next_base) {
  ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                   fs_.open(*directory_ + "/" + segment_file_name(segment.base, kLogSuffix),
                            OpenMode::kReadWrite));
  segment.is_scanned = true;
  segment.size = file->size();
  if (from > 0 && segment.row != nullptr) segment.max_timestamp = segment.row->max_timestamp;
  // Only what is above the durable position was written without gaps for certain.
  const bool is_above = place == Place::kAbove || from > 0;
  const LeaderEpoch epoch =
      is_above && !epochs_.empty() ? epochs_.back().epoch : kNoLeaderEpoch;
  TailScan tail(*file, from, *segment.size, from > 0 ? row_->durable.offset : segment.base, epoch,
                !is_above);
  while (true) {
    ASSIGN_OR_RETURN(const auto batch, tail.next());
    if (!batch) break;
    segment.max_timestamp = std::max(segment.max_timestamp, batch->info.max_timestamp);
    if (!is_above) continue;
    segment.is_bridge = place == Place::kAbove && is_bare(batch->bytes);
    if (segment.is_bridge) break;
    if (epochs_.empty() || epochs_.back().epoch < batch->info.leader_epoch)
      epochs_.push_back({batch->info.leader_epoch, batch->info.base_offset});
    if (on_batch_) on_batch_(batch->bytes);
  }
  if (segment.is_bridge) return {};
  segment.whole = tail.position();
  segment.end = tail.expected();
  if (!is_above && tail.torn()) {
    ASSIGN_OR_RETURN(segment.is_kept_uncut, is_rotten(tail, *segment.size, next_base));
    if (segment.is_kept_uncut && segment.row != nullptr)
      segment.max_timestamp = std::max(segment.max_timestamp, segment.row->max_timestamp);
  }
  return {};
}

// Damage with records behind it is not what a file that became shorter looks like: those records stay
// in their place, and reads of the damaged range say so. The same when it is more than *.torn takes.
StatusOr<bool> Assessment::is_rotten(TailScan& tail, std::uint64_t size,
                                     Offset next_base) const {
  if (size - tail.position() > kMaxTornBytes) return true;
  return tail.whole_batch_follows(next_base);
}

// Every offset between what is there and what comes next was given to a record.
void Assessment::note_gaps(Offset start) {
  auto damage = report_.damages.rbegin();
  Offset next = report_.new_end;
  for (auto segment = segments_.rbegin(); segment != segments_.rend(); ++segment) {
    const bool is_damaged = damage != report_.damages.rend() &&
                            damage->file == segment_file_name(segment->base, kLogSuffix);
    if (segment->kept_bytes() == 0 && !is_damaged) continue;
    const Offset from = std::max(segment->end, start);
    const Offset to = std::max(next, from);
    next = segment->base;
    if (segment->is_scanned || is_damaged)
      report_.lost_offsets += static_cast<std::uint64_t>(to - from);
    if (!is_damaged) continue;
    damage->lost_from = from;
    damage->lost_to = to;
    ++damage;
  }
}

// In a segment of its own, at the last offset of the gap. Where a segment of that name means something
// else readers wait for the next record instead.
void Assessment::choose_bridge(const LogSurvey& survey) {
  Offset end = survey.start();
  for (const Remains& segment : segments_) {
    if (segment.kept_bytes() == 0) continue;
    end = std::max(end, segment.is_kept_uncut ? std::max(segment.end, segment.base + 1)
                                              : segment.end);
  }
  const Offset last = report_.new_end - 1;
  if (last < end) return;
  // By an acceptance that was interrupted, perhaps before there was anything in it.
  const bool is_left_over = std::any_of(segments_.begin(), segments_.end(), [&](const Remains& s) {
    return s.base == last && s.row == nullptr && s.kept_bytes() == 0;
  });
  if (is_left_over || holds_no_record(survey, last) || !survey.segments().contains(last)) bridge_ = last;
}

class Acceptance {
 public:
  Acceptance(FileSystem& fs, const Clock& clock, std::shared_ptr<const std::string> directory,
             const Assessment& found)
      : fs_(fs), clock_(clock), directory_(std::move(directory)), found_(found) {}

  // Every step leaves a directory in which the same loss is found.
  Status prepare(const RecoveredCompaction& compaction) {
    RETURN_IF_ERROR(make_directory());
    RETURN_IF_ERROR(forget_compactions(compaction.record));
    for (const Remains& segment : found_.segments())
      if (segment.is_scanned) RETURN_IF_ERROR(settle(segment));
    if (found_.bridge()) RETURN_IF_ERROR(make_bridge());
    Segment next(fs_, directory_, found_.report().new_end);
    RETURN_IF_ERROR(next.create());
    return fs_.sync_directory(*directory_);
  }

  LogRow row(const LogRow& before) const {
    const Offset end = found_.report().new_end;
    LogRow row{before.start, {end, end, 0}, {}, found_.epochs()};
    for (const Remains& segment : found_.segments()) {
      const std::uint64_t bytes = segment.kept_bytes();
      if (bytes == 0) continue;
      row.segments.push_back(
          {segment.base, bytes, segment.max_timestamp,
           segment.row != nullptr ? segment.row->last_append_ms : clock_.wall_ms()});
    }
    if (found_.bridge())
      row.segments.push_back({*found_.bridge(), record::kBatchHeaderSize, -1, clock_.wall_ms()});
    return row;
  }

 private:
  Status make_directory() {
    if (found_.directory_exists()) return {};
    RETURN_IF_ERROR(fs_.make_directory(*directory_));
    const auto slash = directory_->rfind('/');
    return slash == std::string::npos ? Status() : fs_.sync_directory(directory_->substr(0, slash));
  }

  // The record would ask for the lost segments again. And that it exists says, also where no
  // checkpoint is left, that offsets may be missing.
  Status forget_compactions(CompactionRecord record) {
    std::erase_if(record.segments, [&](const CompactedSegment& entry) {
      return std::any_of(found_.segments().begin(), found_.segments().end(),
                         [&](const Remains& segment) {
                           return segment.base == entry.row.base &&
                                  segment.kept_bytes() != entry.row.size;
                         });
    });
    return write_compaction_record(fs_, *directory_, record);
  }

  Status make_bridge() {
    record::BatchHeader header;
    header.base_offset = *found_.bridge();
    if (!found_.epochs().empty()) header.leader_epoch = found_.epochs().back().epoch;
    Bytes batch(record::kBatchHeaderSize);
    record::write_header(batch, header);
    ASSIGN_OR_RETURN(const std::unique_ptr<File> file, open(header.base_offset, OpenMode::kCreate));
    if (file->size() != 0) RETURN_IF_ERROR(file->truncate(0));
    const ByteView part = batch;
    RETURN_IF_ERROR(file->append({&part, 1}));
    return file->sync();
  }

  StatusOr<std::unique_ptr<File>> open(Offset base, OpenMode mode) {
    return fs_.open(*directory_ + "/" + segment_file_name(base, kLogSuffix), mode);
  }

  Status settle(const Remains& found) {
    Segment segment(fs_, directory_, found.base);
    {
      ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                       open(found.base, OpenMode::kReadWrite));
      if (file->size() > found.kept_bytes()) {
        if (!found.is_bridge)
          RETURN_IF_ERROR(keep_torn_bytes(fs_, *directory_, found.base, *file, found.kept_bytes()));
        RETURN_IF_ERROR(file->truncate(found.kept_bytes()));
      }
      RETURN_IF_ERROR(file->sync());
    }
    // That it is there may be all that tells of offsets up to it.
    if (found.base == found_.report().new_end) return {};
    if (found.kept_bytes() == 0) return segment.remove_files();
    // They speak of what was cut off as well; they are made again when somebody asks.
    for (const std::string_view suffix : {kIndexSuffix, kTimeIndexSuffix}) {
      const Status removed = fs_.remove(*directory_ + "/" + segment_file_name(found.base, suffix));
      if (!removed.ok() && !is_not_found(removed)) return removed;
    }
    return {};
  }

  FileSystem& fs_;
  const Clock& clock_;
  const std::shared_ptr<const std::string> directory_;
  const Assessment& found_;
};

}  // namespace

bool is_durable_data_missing(const Status& status) {
  return status.code() == StatusCode::kFailedPrecondition &&
         message(status).find("durable data missing: ") != std::string_view::npos;
}

StatusOr<LossReport> assess_loss(FileSystem& fs, std::string directory, const LogRow& row) {
  const auto shared = std::make_shared<const std::string>(std::move(directory));
  ASSIGN_OR_RETURN(const auto compaction, recover_compaction(fs, *shared, row));
  if (!compaction.row) return LossReport{};
  Assessment found(fs, shared, compaction.row, nullptr);
  RETURN_IF_ERROR(found.run());
  return found.report();
}

StatusOr<LossReport> accept_loss(FileSystem& fs, const Clock& clock, std::string directory,
                                 const LogRow& row, const RecoveredBatch& on_batch,
                                 const std::function<Status(const LogRow&)>& commit) {
  const auto shared = std::make_shared<const std::string>(std::move(directory));
  ASSIGN_OR_RETURN(const auto compaction, recover_compaction(fs, *shared, row));
  if (!compaction.row) return failed_precondition("{}: nothing is known to be missing", *shared);
  Assessment found(fs, shared, compaction.row, on_batch);
  RETURN_IF_ERROR(found.run());
  if (!found.report().has_loss()) return found.report();
  // From here on the row says what the compaction record said of segments that it is to forget.
  if (*compaction.row != row) RETURN_IF_ERROR(commit(*compaction.row));
  Acceptance acceptance(fs, clock, shared, found);
  RETURN_IF_ERROR(acceptance.prepare(compaction));
  RETURN_IF_ERROR(commit(acceptance.row(*compaction.row)));
  return found.report();
}

}  // namespace leat::storage
