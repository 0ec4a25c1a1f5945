#include "broker/storage/log_survey.h"

#include <algorithm>
#include <limits>

#include "broker/storage/log_format.h"
#include "broker/storage/loss.h"

namespace leat::storage {
namespace {

// What is being put in the place of these is not to be removed meanwhile; the next one writes over
// it.
bool is_written_again(std::string_view name) {
  if (!name.ends_with(kTemporarySuffix)) return false;
  name.remove_suffix(kTemporarySuffix.size());
  return name == kEpochFile || name == kMetadataFile;
}

}  // namespace

StatusOr<LogSurvey> LogSurvey::take(FileSystem& fs, std::shared_ptr<const std::string> directory,
                                    const std::optional<LogRow>& row) {
  LogSurvey survey(std::move(directory), row);
  const auto entries = fs.list(*survey.directory_);
  if (!entries.ok() && !is_not_found(entries.status())) return entries.status();
  survey.directory_exists_ = entries.ok();
  if (row)
    for (const SegmentRow& segment : row->segments) survey.segments_[segment.base].row = &segment;
  if (entries.ok())
    for (const DirectoryEntry& entry : *entries) survey.note_file(entry);
  survey.find_start();
  survey.expect_durable_segment();
  return survey;
}

// It is asked for also by a row that does not name it, unless all it held was deleted.
void LogSurvey::expect_durable_segment() {
  if (row_ == nullptr || row_->durable.position == 0) return;
  const Offset durable = row_->durable.offset;
  if (start_ <= durable && row_->start < durable) segments_.try_emplace(row_->durable.segment_base);
}

bool LogSurvey::row_names(Offset base) const {
  return row_ && std::any_of(row_->segments.begin(), row_->segments.end(),
                             [&](const SegmentRow& s) { return s.base == base; });
}

void LogSurvey::note_file(const DirectoryEntry& entry) {
  if (entry.is_directory) return;
  if (is_written_again(entry.name)) return;
  if (entry.name.ends_with(kTemporarySuffix)) {
    leftovers_.push_back({*directory_ + "/" + entry.name, std::nullopt});
    return;
  }
  const auto name = parse_segment_file_name(entry.name);
  if (!name) return;
  if (name->deleted) {
    leftovers_.push_back(leftover(entry.name, name->base));
    const bool newer = !row_ || name->base >= row_->start || row_names(name->base);
    const bool counts = name->suffix == kLogSuffix && newer;
    if (counts && (!newest_deleted_ || name->base > *newest_deleted_)) newest_deleted_ = name->base;
  } else if (name->suffix == kLogSuffix) {
    segments_[name->base].log_size = entry.size;
  } else if (name->suffix == kIndexSuffix || name->suffix == kTimeIndexSuffix) {
    index_files_.push_back(entry.name);
  }
}

LeftoverFile LogSurvey::leftover(const std::string& name, Offset base) const {
  const bool forgotten = row_ && has_forgotten(*row_, base);
  return {*directory_ + "/" + name, forgotten ? std::nullopt : std::optional(base)};
}

// Deletion goes from the front and is never taken back, so one *.deleted tells of all before it.
void LogSurvey::find_start() {
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

Offset LogSurvey::next_base(Offset base) const {
  const auto next = segments_.upper_bound(base);
  return next == segments_.end() ? Offset{std::numeric_limits<std::int64_t>::max()} : next->first;
}

Place LogSurvey::place_of(Offset base) const {
  if (next_base(base) <= start_) return Place::kBelowStart;
  if (!row_) return Place::kAbove;
  const LogPosition& durable = row_->durable;
  if (base > durable.segment_base) return Place::kAbove;
  if (base == durable.segment_base) return durable.position == 0 ? Place::kAbove : Place::kAt;
  return segments_.at(base).row == nullptr ? Place::kStray : Place::kBelow;
}

std::uint64_t LogSurvey::required(Offset base) const {
  if (!row_) return 0;
  const SegmentRow* const named = segments_.at(base).row;
  if (base == row_->durable.segment_base) return row_->durable.position;
  return named == nullptr || base > row_->durable.segment_base ? 0 : named->size;
}

Found LogSurvey::found_of(Offset base) const {
  const auto& size = segments_.at(base).log_size;
  if (!size) return Found::kMissing;
  return *size < required(base) ? Found::kShort : Found::kComplete;
}

Status LogSurvey::check_complete() const {
  for (const auto& [base, found] : segments_) {
    const Finding finding{place_of(base), found_of(base), Chain::kJoins, Tail::kNotScanned};
    if (decide(finding) != Decision::kRefuse) continue;
    return durable_data_missing("{}/{} holds {} bytes, {} were synced", *directory_,
                                segment_file_name(base, kLogSuffix), found.log_size.value_or(0),
                                required(base));
  }
  return {};
}

}  // namespace leat::storage
