#include "broker/storage/time_index.h"

#include "broker/storage/log_format.h"
#include "common/base/bytes.h"

namespace leat::storage {

static_assert(kTimeIndexEntryBytes == 12);
namespace {

std::int64_t timestamp_of(const std::byte* raw) { return load_be<std::int64_t>(raw); }
std::int64_t relative_last_offset(const std::byte* raw) {
  return load_be<std::int32_t>(raw + 8);
}

}  // namespace

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
  ASSIGN_OR_RETURN(const auto found, file_.up_to(path, timestamp_of, target));
  return found.count == 0 ? std::nullopt : std::optional(decode(found.last.data()));
}

StatusOr<std::optional<TimeEntry>> TimeIndex::last_below(const std::string& path,
                                                         Offset limit) const {
  ASSIGN_OR_RETURN(const auto found, file_.up_to(path, relative_last_offset, limit - base_ - 1));
  return found.count == 0 ? std::nullopt : std::optional(decode(found.last.data()));
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
  ASSIGN_OR_RETURN(const auto kept, file_.up_to(path, relative_last_offset, end - base_ - 1));
  return file_.truncate(path, kept.count);
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
