#include "broker/storage/time_index.h"

#include "broker/storage/log_format.h"
#include "common/base/bytes.h"

namespace leat::storage {

static_assert(kTimeIndexEntryBytes == 12);

TimeEntry TimeIndex::decode(const std::byte* raw) const {
  return {load_be<std::int64_t>(raw), base_ + load_be<std::int32_t>(raw + 8)};
}

StatusOr<TimeEntry> TimeIndex::entry(const std::string& path, std::size_t i) const {
  std::byte raw[kTimeIndexEntryBytes];
  RETURN_IF_ERROR(file_.read(path, i, raw));
  return decode(raw);
}

StatusOr<std::optional<TimeEntry>> TimeIndex::lookup(const std::string& path,
                                                     std::int64_t target) const {
  ASSIGN_OR_RETURN(const std::size_t count,
                   file_.count_before(path, [&](const std::byte* raw) {
                     return decode(raw).timestamp <= target;
                   }));
  if (count == 0) return std::optional<TimeEntry>();
  ASSIGN_OR_RETURN(const TimeEntry found, entry(path, count - 1));
  return std::optional(found);
}

StatusOr<std::optional<TimeEntry>> TimeIndex::last_below(const std::string& path,
                                                         Offset limit) const {
  ASSIGN_OR_RETURN(const std::size_t count,
                   file_.count_before(path, [&](const std::byte* raw) {
                     return decode(raw).last_offset < limit;
                   }));
  if (count == 0) return std::optional<TimeEntry>();
  ASSIGN_OR_RETURN(const TimeEntry found, entry(path, count - 1));
  return std::optional(found);
}

Status TimeIndex::maybe_append(const std::string& path, const TimeEntry& entry_to_add) {
  if (entry_to_add.timestamp < 0) return {};
  if (const std::size_t count = file_.entries(); count > 0) {
    ASSIGN_OR_RETURN(const TimeEntry last, entry(path, count - 1));
    if (entry_to_add.timestamp <= last.timestamp || entry_to_add.last_offset <= last.last_offset)
      return {};
  }
  std::byte raw[kTimeIndexEntryBytes];
  store_be(raw, entry_to_add.timestamp);
  store_be(raw + 8, static_cast<std::int32_t>(entry_to_add.last_offset - base_));
  file_.append(raw);
  return {};
}

Status TimeIndex::truncate_to_offset(const std::string& path, Offset end) {
  ASSIGN_OR_RETURN(const std::size_t count,
                   file_.count_before(path, [&](const std::byte* raw) {
                     return decode(raw).last_offset < end;
                   }));
  return file_.truncate(path, count);
}

StatusOr<bool> TimeIndex::sane(const std::string& path, Offset end) const {
  ASSIGN_OR_RETURN(const Bytes entries, file_.read_all(path));
  TimeEntry previous{-1, base_ - 1};
  for (std::size_t i = 0; i < entries.size() / kTimeIndexEntryBytes; ++i) {
    const TimeEntry now = decode(entries.data() + i * kTimeIndexEntryBytes);
    if (now.timestamp <= previous.timestamp || now.last_offset <= previous.last_offset) return false;
    if (now.last_offset >= end) return false;
    previous = now;
  }
  return true;
}

}  // namespace leat::storage
