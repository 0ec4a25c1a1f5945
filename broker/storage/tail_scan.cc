#include "broker/storage/tail_scan.h"

#include <algorithm>
#include <cstring>

#include "broker/storage/batch_search.h"
#include "common/base/crc32c.h"
#include "common/record/batch_format.h"

namespace leat::storage {
namespace {
constexpr std::uint64_t kScanChunk = 1 << 20;
// Small enough for the processor's cache, which then has it all.
constexpr std::size_t kComparedAtOnce = 64 << 10;
// A length field may be garbage: up to this much is allocated on its word alone.
constexpr std::uint64_t kLargeBatch = 8 << 20;
}  // namespace

Status TailScan::agree_with_cache(std::uint64_t position, ByteView on_disk) {
  while (!on_disk.empty()) {
    const ByteView piece = on_disk.first(std::min(on_disk.size(), kComparedAtOnce));
    cached_.resize(piece.size());
    ASSIGN_OR_RETURN(const std::size_t n, file_.read_at(position, cached_));
    if (n != piece.size() || std::memcmp(cached_.data(), piece.data(), n) != 0)
      RETURN_IF_ERROR(file_.write_at(position, piece));
    position += piece.size();
    on_disk = on_disk.subspan(piece.size());
  }
  return {};
}

StatusOr<bool> TailScan::load(std::uint64_t size) {
  if (size > end_ - position_) return false;
  const std::uint64_t buffered_end = buffer_at_ + buffer_.size();
  if (position_ >= buffer_at_ && position_ + size <= buffered_end) return true;
  const std::uint64_t kept = position_ >= buffer_at_ && position_ < buffered_end
                                 ? buffered_end - position_
                                 : 0;
  buffer_.erase(buffer_.begin(), buffer_.end() - static_cast<std::ptrdiff_t>(kept));
  buffer_at_ = position_;
  const std::uint64_t want = std::min(std::max(size, kScanChunk), end_ - position_);
  buffer_.resize(want);
  const MutableByteView fresh = MutableByteView(buffer_).subspan(kept);
  ASSIGN_OR_RETURN(const std::size_t n, file_.read_uncached_at(position_ + kept, fresh));
  buffer_.resize(kept + n);
  RETURN_IF_ERROR(agree_with_cache(position_ + kept, fresh.first(n)));
  return size <= buffer_.size();
}

StatusOr<bool> TailScan::large_batch_is_whole(const ScannedBatch& batch) {
  Bytes piece(kScanChunk);
  std::uint32_t crc = 0;
  std::uint32_t stored = 0;
  for (std::uint64_t at = 0; at < batch.size;) {
    const auto want = static_cast<std::size_t>(std::min(kScanChunk, batch.size - at));
    ASSIGN_OR_RETURN(const std::size_t n,
                     file_.read_uncached_at(batch.position + at, {piece.data(), want}));
    if (n != want) return false;
    const ByteView bytes(piece.data(), want);
    if (at == 0) stored = load_be<std::uint32_t>(bytes.data() + record::kCrcAt);
    crc = crc32c(at == 0 ? bytes.subspan(record::kAttributesAt) : bytes, crc);
    at += want;
  }
  return crc == stored;
}

StatusOr<std::optional<TailScan::Batch>> TailScan::next() {
  const std::optional<Batch> none;
  ASSIGN_OR_RETURN(const bool has_header, load(record::kBatchHeaderSize));
  if (!has_header) return none;
  const auto at = [&] { return ByteView(buffer_).subspan(position_ - buffer_at_); };
  const auto info = scan_batch(at(), position_);
  if (!info || info->size > end_ - position_) return none;
  const bool follows = gaps_allowed_ ? info->base_offset >= expected_
                                     : info->base_offset == expected_;
  if (!follows || info->leader_epoch < epoch_) return none;
  if (info->size > kLargeBatch) {
    ASSIGN_OR_RETURN(const bool whole, large_batch_is_whole(*info));
    if (!whole) return none;
  }
  ASSIGN_OR_RETURN(const bool has_body, load(info->size));
  if (!has_body) return none;
  const ByteView bytes = at().first(info->size);
  if (!crc_matches(bytes)) return none;
  position_ = info->end_position();
  expected_ = info->last_offset + 1;
  epoch_ = info->leader_epoch;
  return std::optional<Batch>({*info, bytes});
}

StatusOr<bool> TailScan::whole_batch_follows(Offset end) {
  ByteWindow window(end_, [this](std::uint64_t position, MutableByteView into) -> Status {
    ASSIGN_OR_RETURN(const std::size_t n, file_.read_uncached_at(position, into));
    return n == into.size() ? Status() : io_error("the file ends at {}", position + n);
  });
  ASSIGN_OR_RETURN(const auto sound,
                   find_sound_batch(window, position_ + 1, {expected_ + 1, end, epoch_}));
  return sound.has_value();
}

}  // namespace leat::storage
