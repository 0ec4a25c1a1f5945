#include "broker/storage/compaction_record.h"

#include <algorithm>

#include "broker/storage/checkpoint.h"
#include "common/base/crc32c.h"

namespace leat::storage {
namespace {

constexpr std::uint32_t kMagic = 0x4c434d50;  // "LCMP"
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 4 + 1 + 8 + 8 + 4;
constexpr std::size_t kEntryBytes = 5 * 8 + 1;
constexpr std::size_t kCrcBytes = 4;

CompactedSegment load_entry(const std::byte* at) {
  CompactedSegment entry;
  entry.row.base = Offset{load_be<std::int64_t>(at)};
  entry.end = Offset{load_be<std::int64_t>(at + 8)};
  entry.row.size = load_be<std::uint64_t>(at + 16);
  entry.row.max_timestamp = load_be<std::int64_t>(at + 24);
  entry.row.last_append_ms = load_be<std::int64_t>(at + 32);
  entry.pending = at[40] != std::byte{0};
  return entry;
}

}  // namespace

bool CompactionRecord::has_pending() const {
  return std::any_of(segments.begin(), segments.end(), [](const auto& s) { return s.pending; });
}

void CompactionRecord::add(const CompactedSegment& made) {
  std::erase_if(segments, [&](const CompactedSegment& s) {
    return s.row.base >= made.row.base && s.end <= made.end;
  });
  segments.push_back(made);
  std::sort(segments.begin(), segments.end(),
            [](const auto& a, const auto& b) { return a.row.base < b.row.base; });
}

void CompactionRecord::forget_below(Offset start) {
  std::erase_if(segments, [&](const CompactedSegment& s) { return s.end <= start; });
}

Bytes encode(const CompactionRecord& record) {
  Bytes out;
  append_be(out, kMagic);
  append_be(out, kVersion);
  append_be(out, record.cleaned_to.value());
  append_be(out, record.last_horizon_ms);
  append_be(out, static_cast<std::uint32_t>(record.segments.size()));
  for (const CompactedSegment& entry : record.segments) {
    append_be(out, entry.row.base.value());
    append_be(out, entry.end.value());
    append_be(out, entry.row.size);
    append_be(out, entry.row.max_timestamp);
    append_be(out, entry.row.last_append_ms);
    out.push_back(entry.pending ? std::byte{1} : std::byte{0});
  }
  append_be(out, crc32c(out));
  return out;
}

StatusOr<CompactionRecord> decode_compaction_record(ByteView bytes) {
  if (bytes.size() < kHeaderBytes + kCrcBytes)
    return corruption("{} is cut off", kCompactionFile);
  const ByteView body = bytes.first(bytes.size() - kCrcBytes);
  if (crc32c(body) != load_be<std::uint32_t>(bytes.data() + body.size()))
    return corruption("{} fails its CRC", kCompactionFile);
  if (load_be<std::uint32_t>(body.data()) != kMagic || body[4] != std::byte{kVersion})
    return corruption("{} is of an unknown version", kCompactionFile);
  CompactionRecord record;
  record.cleaned_to = Offset{load_be<std::int64_t>(body.data() + 5)};
  record.last_horizon_ms = load_be<std::int64_t>(body.data() + 13);
  const std::size_t count = load_be<std::uint32_t>(body.data() + 21);
  if (body.size() != kHeaderBytes + count * kEntryBytes)
    return corruption("{} has another length than it says", kCompactionFile);
  for (std::size_t i = 0; i < count; ++i)
    record.segments.push_back(load_entry(body.data() + kHeaderBytes + i * kEntryBytes));
  return record;
}

Status write_compaction_record(FileSystem& fs, const std::string& directory,
                               const CompactionRecord& record) {
  return replace_file(fs, fmt::format("{}/{}", directory, kCompactionFile), encode(record));
}

}  // namespace leat::storage
