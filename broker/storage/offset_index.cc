#include "broker/storage/offset_index.h"

#include "broker/storage/log_format.h"
#include "common/base/bytes.h"

namespace leat::storage {

static_assert(kOffsetIndexEntryBytes == 8);
namespace {

std::int64_t relative_offset(const std::byte* raw) { return load_be<std::int32_t>(raw); }
std::int64_t position_of(const std::byte* raw) { return load_be<std::uint32_t>(raw + 4); }

}  // namespace

OffsetPosition OffsetIndex::decode(const std::byte* raw) const {
  return {base_ + load_be<std::int32_t>(raw), load_be<std::uint32_t>(raw + 4)};
}

StatusOr<OffsetPosition> OffsetIndex::entry(const std::string& path, std::size_t i) const {
  std::byte raw[kOffsetIndexEntryBytes];
  RETURN_IF_ERROR(file_.read(path, i, raw));
  return decode(raw);
}

StatusOr<std::optional<OffsetPosition>> OffsetIndex::lookup(const std::string& path, Offset target,
                                                            Wait wait) const {
  ASSIGN_OR_RETURN(const auto found, file_.up_to(path, relative_offset, target - base_, wait));
  return found.count == 0 ? std::nullopt : std::optional(decode(found.last.data()));
}

StatusOr<std::optional<OffsetPosition>> OffsetIndex::last_before(const std::string& path,
                                                                 std::uint64_t position,
                                                                 Wait wait) const {
  const auto limit = static_cast<std::int64_t>(position) - 1;
  ASSIGN_OR_RETURN(const auto found, file_.up_to(path, position_of, limit, wait));
  return found.count == 0 ? std::nullopt : std::optional(decode(found.last.data()));
}

void OffsetIndex::append(const OffsetPosition& entry) {
  std::byte raw[kOffsetIndexEntryBytes];
  store_be(raw, static_cast<std::int32_t>(entry.last_offset - base_));
  store_be(raw + 4, static_cast<std::uint32_t>(entry.position));
  file_.append(raw);
}

Status OffsetIndex::truncate_to_position(const std::string& path, std::uint64_t position) {
  const auto limit = static_cast<std::int64_t>(position) - 1;
  ASSIGN_OR_RETURN(const auto kept, file_.up_to(path, position_of, limit));
  return file_.truncate(path, kept.count);
}

StatusOr<bool> OffsetIndex::sane(const std::string& path, std::uint64_t size) const {
  ASSIGN_OR_RETURN(const Bytes entries, file_.read_all(path));
  OffsetPosition previous{base_ - 1, 0};
  for (std::size_t i = 0; i < entries.size() / kOffsetIndexEntryBytes; ++i) {
    const OffsetPosition now = decode(entries.data() + i * kOffsetIndexEntryBytes);
    if (now.last_offset <= previous.last_offset || now.position >= size) return false;
    if (i > 0 && now.position <= previous.position) return false;
    previous = now;
  }
  return true;
}

}  // namespace leat::storage
