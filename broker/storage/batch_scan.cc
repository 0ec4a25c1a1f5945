#include "broker/storage/batch_scan.h"

#include <algorithm>
#include <limits>

#include "broker/storage/batch_search.h"
#include "broker/storage/posix_file_system.h"
#include "common/base/crc32c.h"
#include "common/record/batch_format.h"

namespace leat::storage {

std::optional<ScannedBatch> scan_batch(ByteView bytes, std::uint64_t position) {
  if (bytes.size() < record::kBatchHeaderSize) return std::nullopt;
  const std::byte* const at = bytes.data();
  const auto length = load_be<std::int32_t>(at + record::kBatchLengthAt);
  const auto base = load_be<std::int64_t>(at + record::kBaseOffsetAt);
  const auto delta = load_be<std::int32_t>(at + record::kLastOffsetDeltaAt);
  const auto magic = static_cast<std::int8_t>(at[record::kMagicAt]);
  if (magic != record::kMagic || length < record::kMinBatchLength || delta < 0) return std::nullopt;
  if (base < 0 || base > std::numeric_limits<std::int64_t>::max() - delta - 1) return std::nullopt;
  const auto attributes = load_be<std::uint16_t>(at + record::kAttributesAt);
  ScannedBatch batch;
  batch.position = position;
  batch.size = record::kLogOverhead + static_cast<std::uint64_t>(length);
  batch.base_offset = Offset{base};
  batch.last_offset = Offset{base + delta};
  batch.leader_epoch = LeaderEpoch{load_be<std::int32_t>(at + record::kLeaderEpochAt)};
  batch.max_timestamp = load_be<std::int64_t>(at + record::kMaxTimestampAt);
  batch.log_append_time = (attributes & record::kTimestampTypeBit) != 0;
  return batch;
}

bool crc_matches(ByteView whole_batch) {
  return load_be<std::uint32_t>(whole_batch.data() + record::kCrcAt) ==
         crc32c(whole_batch.subspan(record::kAttributesAt));
}

std::size_t verified_prefix(ByteView bytes) {
  std::size_t good = 0;
  while (bytes.size() - good >= record::kBatchHeaderSize) {
    const auto batch = scan_batch(bytes.subspan(good), good);
    if (!batch) return good;
    if (batch->size > bytes.size() - good) return bytes.size();
    if (!crc_matches(bytes.subspan(good, batch->size))) return good;
    good += batch->size;
  }
  return bytes.size();
}

StatusOr<std::uint64_t> verified_prefix(const FileRange& range) {
  ByteWindow window(range.size, [&range](std::uint64_t at, MutableByteView into) {
    FileRange part = range;
    part.position += at;
    part.size = into.size();
    return read_range(part, into);
  });
  std::uint64_t good = 0;
  while (range.size - good >= record::kBatchHeaderSize) {
    ASSIGN_OR_RETURN(const ByteView header, window.bytes(good, record::kBatchHeaderSize));
    const auto batch = scan_batch(header, good);
    if (!batch) return good;
    const auto stored = load_be<std::uint32_t>(header.data() + record::kCrcAt);
    const std::uint64_t end = std::min(batch->end_position(), range.size);
    ASSIGN_OR_RETURN(const std::uint32_t crc, crc_of(window, good + record::kAttributesAt, end));
    if (batch->end_position() > range.size) return range.size;
    if (crc != stored) return good;
    good = end;
  }
  return range.size;
}

StatusOr<ByteView> HeaderWalk::header_bytes() {
  const std::uint64_t left = end_ - position_;
  const auto need = static_cast<std::size_t>(std::min<std::uint64_t>(left, record::kBatchHeaderSize));
  const bool inside = position_ >= buffer_at_ && position_ + need <= buffer_at_ + buffer_.size();
  if (!inside) {
    buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk_)));
    buffer_at_ = position_;
    ASSIGN_OR_RETURN(const std::size_t n, file_.read(position_, buffer_, wait_));
    buffer_.resize(n);
  }
  return ByteView(buffer_).subspan(static_cast<std::size_t>(position_ - buffer_at_));
}

StatusOr<std::optional<ScannedBatch>> HeaderWalk::next() {
  if (position_ >= end_) return std::optional<ScannedBatch>();
  ASSIGN_OR_RETURN(const ByteView bytes, header_bytes());
  const auto batch = scan_batch(bytes, position_);
  if (!batch || batch->end_position() > end_)
    return corruption("no whole batch at position {}", position_);
  position_ = batch->end_position();
  return batch;
}

}  // namespace leat::storage
