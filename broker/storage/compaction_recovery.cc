// What an opening log makes of an interrupted compaction.
#include <algorithm>

#include "broker/storage/checkpoint.h"
#include "broker/storage/compaction_record.h"
#include "broker/storage/log_format.h"
#include "common/base/log.h"

namespace leat::storage {
namespace {

constexpr std::string_view kSegmentSuffixes[] = {kLogSuffix, kIndexSuffix, kTimeIndexSuffix};

class CompactionRecovery {
 public:
  CompactionRecovery(FileSystem& fs, const std::string& directory, const CompactionRecord& record)
      : fs_(fs), directory_(directory), record_(record) {}

  Status run() {
    ASSIGN_OR_RETURN(entries_, fs_.list(directory_));
    for (const CompactedSegment& entry : record_.segments)
      if (entry.pending) RETURN_IF_ERROR(move_in(entry));
    // What is in the place of the old files must be certain before the last of them goes.
    if (record_.has_pending()) RETURN_IF_ERROR(fs_.sync_directory(directory_));
    for (const DirectoryEntry& file : entries_)
      if (!file.is_directory && is_left_over(file.name)) RETURN_IF_ERROR(remove(file.name));
    return {};
  }

 private:
  std::string path(std::string_view name) const { return fmt::format("{}/{}", directory_, name); }

  Status move_in(const CompactedSegment& entry) {
    for (const std::string_view suffix : kSegmentSuffixes) {
      const std::string name = segment_file_name(entry.row.base, suffix);
      const Status moved = fs_.rename(path(name + std::string(kCleanedSuffix)), path(name));
      if (!moved.ok() && !is_not_found(moved)) return moved;
    }
    return {};
  }

  bool is_left_over(const std::string& name) const {
    if (name.ends_with(kCleanedSuffix) || name.ends_with(kReplacedSuffix)) return true;
    const auto segment = parse_segment_file_name(name);
    if (!segment || segment->deleted) return false;
    return std::any_of(record_.segments.begin(), record_.segments.end(), [&](const auto& entry) {
      return entry.pending && entry.row.base < segment->base && segment->base < entry.end;
    });
  }

  Status remove(const std::string& name) {
    const Status removed = fs_.remove(path(name));
    return is_not_found(removed) ? Status() : removed;
  }

  FileSystem& fs_;
  const std::string& directory_;
  const CompactionRecord& record_;
  std::vector<DirectoryEntry> entries_;
};

// The row with every compacted range as one segment. nullopt when the row is older than a compaction,
// which happens only when newer rows were damaged: then everything is scanned.
std::optional<LogRow> with_present_sizes(LogRow row, const CompactionRecord& record) {
  for (const CompactedSegment& entry : record.segments) {
    if (entry.end <= row.start) continue;
    if (row.durable.segment_base < entry.end) return std::nullopt;
    const auto inside = [&](const SegmentRow& s) {
      return s.base >= entry.row.base && s.base < entry.end;
    };
    std::erase_if(row.segments, inside);
    const auto behind = std::find_if(row.segments.begin(), row.segments.end(),
                                     [&](const SegmentRow& s) { return s.base >= entry.end; });
    row.segments.insert(behind, entry.row);
  }
  return row;
}

}  // namespace

StatusOr<RecoveredCompaction> recover_compaction(FileSystem& fs, const std::string& directory,
                                                 const std::optional<LogRow>& row) {
  RecoveredCompaction found;
  found.row = row;
  const auto bytes =
      read_whole_file(fs, fmt::format("{}/{}", directory, kCompactionFile));
  if (is_not_found(bytes.status())) return found;
  if (!bytes.ok()) return bytes.status();
  found.exists = true;
  auto record = decode_compaction_record(*bytes);
  if (!record.ok()) {
    LOG_WARN("what was compacted is not known any more directory={} error={}", directory,
             describe(record.status()));
    return found;
  }
  found.record = *std::move(record);
  RETURN_IF_ERROR(CompactionRecovery(fs, directory, found.record).run());
  if (row) found.row = with_present_sizes(*row, found.record);
  return found;
}

StatusOr<std::optional<LogRow>> row_as_compacted(FileSystem& fs, const std::string& directory,
                                                 LogRow row) {
  const auto bytes = read_whole_file(fs, fmt::format("{}/{}", directory, kCompactionFile));
  if (is_not_found(bytes.status())) return std::optional(std::move(row));
  if (!bytes.ok()) return bytes.status();
  const auto record = decode_compaction_record(*bytes);
  if (!record.ok() || record->has_pending()) return std::optional<LogRow>();
  return with_present_sizes(std::move(row), *record);
}

}  // namespace leat::storage
