#include "broker/storage/checkpoint_codec.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/crc32c.h"

namespace leat::storage {
namespace {

constexpr std::size_t kHeadBytes = 8 + 1 + 16 + 4;
constexpr std::size_t kSegmentRowBytes = 4 * 8;
constexpr std::size_t kEpochBytes = 4 + 8;

void encode_row(const CheckpointEntry& entry, Bytes& out) {
  const LogRow& row = entry.row;
  append_be(out, row.start.value());
  append_be(out, row.durable.offset.value());
  append_be(out, row.durable.segment_base.value());
  append_be(out, row.durable.position);
  append_be(out, static_cast<std::uint32_t>(row.segments.size()));
  for (const SegmentRow& segment : row.segments) {
    append_be(out, segment.base.value());
    append_be(out, segment.size);
    append_be(out, segment.max_timestamp);
    append_be(out, segment.last_append_ms);
  }
  append_be(out, static_cast<std::uint32_t>(row.epochs.size()));
  for (const EpochStart& epoch : row.epochs) {
    append_be(out, epoch.epoch.value());
    append_be(out, epoch.start.value());
  }
  append_be(out, static_cast<std::uint32_t>(entry.blob.size()));
  append(out, entry.blob);
}

// Reads numbers from the front; after the first that does not fit, `ok` is false and all are 0.
struct Reader {
  ByteView rest;
  bool ok = true;

  template <class T>
  T take() {
    if (rest.size() < sizeof(T)) ok = false;
    if (!ok) return 0;
    const T value = load_be<T>(rest.data());
    rest = rest.subspan(sizeof(T));
    return value;
  }
  // A count of elements of which each takes `bytes`.
  std::uint32_t take_count(std::size_t bytes) {
    const auto count = take<std::uint32_t>();
    if (count > rest.size() / bytes) ok = false;
    return ok ? count : 0;
  }
  Offset offset() { return Offset{take<std::int64_t>()}; }
};

bool crc_is_right(ByteView entry) {
  if (entry.size() < kEntryPrefixBytes + kHeadBytes) return false;
  if (load_be<std::uint32_t>(entry.data()) != entry.size() - kEntryPrefixBytes) return false;
  return load_be<std::uint32_t>(entry.data() + 4) == crc32c(entry.subspan(kEntryPrefixBytes));
}

}  // namespace

void encode_change(const CheckpointChange& change, std::uint64_t sequence, Bytes& out) {
  const std::size_t begin = out.size();
  out.resize(begin + kEntryPrefixBytes);
  append_be(out, sequence);
  out.push_back(static_cast<std::byte>(change.entry ? EntryKind::kRow : EntryKind::kErase));
  append(out, std::as_bytes(std::span(change.partition.topic.bytes)));
  append_be(out, change.partition.partition.value());
  if (change.entry) encode_row(*change.entry, out);
  const ByteView payload = ByteView(out).subspan(begin + kEntryPrefixBytes);
  LEAT_CHECK(payload.size() <= kMaxEntryBytes);
  const std::uint32_t crc = crc32c(payload);
  store_be(out.data() + begin, static_cast<std::uint32_t>(payload.size()));
  store_be(out.data() + begin + 4, crc);
}

std::optional<EntryHead> decode_head(ByteView entry) {
  if (!crc_is_right(entry)) return std::nullopt;
  Reader in{entry.subspan(kEntryPrefixBytes)};
  EntryHead head;
  head.sequence = in.take<std::uint64_t>();
  head.kind = static_cast<EntryKind>(in.take<std::uint8_t>());
  if (head.kind != EntryKind::kRow && head.kind != EntryKind::kErase) return std::nullopt;
  std::memcpy(head.partition.topic.bytes.data(), in.rest.data(), 16);
  in.rest = in.rest.subspan(16);
  head.partition.partition = PartitionIndex{in.take<std::int32_t>()};
  return head;
}

std::optional<CheckpointEntry> decode_row(ByteView entry) {
  if (!crc_is_right(entry)) return std::nullopt;
  Reader in{entry.subspan(kEntryPrefixBytes + kHeadBytes)};
  CheckpointEntry out;
  out.row.start = in.offset();
  out.row.durable.offset = in.offset();
  out.row.durable.segment_base = in.offset();
  out.row.durable.position = in.take<std::uint64_t>();
  out.row.segments.resize(in.take_count(kSegmentRowBytes));
  for (SegmentRow& segment : out.row.segments) {
    segment.base = in.offset();
    segment.size = in.take<std::uint64_t>();
    segment.max_timestamp = in.take<std::int64_t>();
    segment.last_append_ms = in.take<std::int64_t>();
  }
  out.row.epochs.resize(in.take_count(kEpochBytes));
  for (EpochStart& epoch : out.row.epochs) {
    epoch.epoch = LeaderEpoch{in.take<std::int32_t>()};
    epoch.start = in.offset();
  }
  const std::uint32_t blob = in.take_count(1);
  if (!in.ok || blob != in.rest.size()) return std::nullopt;
  out.blob.assign(in.rest.begin(), in.rest.end());
  return out;
}

}  // namespace leat::storage
