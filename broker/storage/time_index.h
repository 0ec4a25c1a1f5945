#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "broker/storage/index_file.h"
#include "common/base/ids.h"

namespace leat::storage {

// "No batch up to the one with this last offset is newer than timestamp"; the batch with that last
// offset is the first that has it. As Kafka's.
struct TimeEntry {
  std::int64_t timestamp = -1;
  Offset last_offset;
  bool operator==(const TimeEntry&) const = default;
};

// Sparse, disposable: timestamp -> where to begin to look. Thread rules are IndexFile's.
class TimeIndex {
 public:
  TimeIndex(FileSystem& fs, Offset base) : base_(base), file_(fs, 12) {}

  // The last entry with timestamp <= `target`; nullopt when there is none.
  StatusOr<std::optional<TimeEntry>> lookup(const std::string& path, std::int64_t target) const;
  // The last entry whose offset is below `limit`.
  StatusOr<std::optional<TimeEntry>> last_below(const std::string& path, Offset limit) const;
  StatusOr<TimeEntry> entry(const std::string& path, std::size_t i) const;
  // Adds the entry unless it says nothing new: timestamp and offset must both rise.
  Status maybe_append(const std::string& path, const TimeEntry& entry);
  // Keeps the entries with offsets below `end`.
  Status truncate_to_offset(const std::string& path, Offset end);
  // True when every entry rises in timestamp and offset, and offsets are below `end`.
  StatusOr<bool> sane(const std::string& path, Offset end) const;

  // One entry is kept free for the last one of a sealed segment, as Kafka does.
  bool full(std::uint32_t max_index_bytes) const {
    return file_.entries() + 1 >= max_index_bytes / 12;
  }
  IndexFile& file() { return file_; }
  const IndexFile& file() const { return file_; }

 private:
  TimeEntry decode(const std::byte* raw) const;

  const Offset base_;
  IndexFile file_;
};

}  // namespace leat::storage
