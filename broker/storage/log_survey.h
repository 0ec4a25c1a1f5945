#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/storage/log_impl.h"
#include "broker/storage/recovery_table.h"

namespace leat::storage {

// What a partition's directory holds, laid beside what its checkpoint row says must be there. Reads
// names and sizes only, changes nothing. Blocks: workers only.
class LogSurvey {
 public:
  struct Entry {
    std::optional<std::uint64_t> log_size;  // nullopt: no .log
    const SegmentRow* row = nullptr;        // null: the row does not name it
  };

  // `row` outlives the survey.
  static StatusOr<LogSurvey> take(FileSystem& fs, std::shared_ptr<const std::string> directory,
                                  const std::optional<LogRow>& row);

  // Named by the row or by a .log, oldest first.
  const std::map<Offset, Entry>& segments() const { return segments_; }
  bool directory_exists() const { return directory_exists_; }
  // The log start, deletions that had begun included.
  Offset start() const { return start_; }
  // Files that nobody needs any more, and those of indexes, whosever they are.
  const std::vector<LeftoverFile>& leftovers() const { return leftovers_; }
  const std::vector<std::string>& index_files() const { return index_files_; }
  // A file of the segment at `base` that is about to become one of those.
  LeftoverFile leftover(const std::string& name, Offset base) const;

  Offset next_base(Offset base) const;
  Place place_of(Offset base) const;
  Found found_of(Offset base) const;
  // How many bytes of it were synced when the row was written.
  std::uint64_t required(Offset base) const;
  // failed_precondition, for which is_durable_data_missing, when there is less than that.
  Status check_complete() const;

 private:
  LogSurvey(std::shared_ptr<const std::string> directory, const std::optional<LogRow>& row)
      : directory_(std::move(directory)), row_(row ? &*row : nullptr) {}

  bool row_names(Offset base) const;
  void note_file(const DirectoryEntry& entry);
  void find_start();
  void expect_durable_segment();

  std::shared_ptr<const std::string> directory_;
  const LogRow* row_;  // null: there is none
  std::map<Offset, Entry> segments_;
  std::optional<Offset> newest_deleted_;  // greatest base of a *.log.deleted that the row has not forgotten
  std::vector<LeftoverFile> leftovers_;
  std::vector<std::string> index_files_;
  Offset start_;
  bool directory_exists_ = false;
};

}  // namespace leat::storage
