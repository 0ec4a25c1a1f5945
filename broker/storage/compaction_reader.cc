#include "broker/storage/compaction_reader.h"

#include <algorithm>

#include "broker/storage/batch_scan.h"
#include "common/record/batch_format.h"

namespace leat::storage {
namespace {
constexpr std::uint64_t kReaderChunk = 1 << 20;
}

StatusOr<ByteView> BatchReader::load(std::uint64_t size) {
  if (size > end_ - position_) return corruption("a batch at position {} is cut off", position_);
  const std::uint64_t skipped = position_ - buffer_at_;
  if (skipped + size <= buffer_.size()) return ByteView(buffer_).subspan(skipped);
  const std::uint64_t kept = buffer_.size() - std::min<std::uint64_t>(skipped, buffer_.size());
  buffer_.erase(buffer_.begin(), buffer_.end() - static_cast<std::ptrdiff_t>(kept));
  buffer_at_ = position_;
  // What one large batch needed is not held for the rest.
  if (buffer_.capacity() > 4 * kReaderChunk && size < kReaderChunk) buffer_.shrink_to_fit();
  buffer_.resize(std::min(std::max(size, kReaderChunk), end_ - position_));
  const MutableByteView fresh = MutableByteView(buffer_).subspan(kept);
  const auto n = file_.read_at(position_ + kept, fresh);
  if (!n.ok()) return corruption("position {} cannot be read: {}", position_, describe(n.status()));
  if (*n != fresh.size()) return corruption("the file ends at {}", position_ + kept + *n);
  return ByteView(buffer_);
}

StatusOr<std::shared_ptr<File>> file_to_compact(const Segment& segment) {
  auto opened = segment.file();
  const StatusCode code = opened.status().code();
  if (code == StatusCode::kInternal || code == StatusCode::kNotFound)
    return corruption("{}", describe(opened.status()));
  return opened;
}

StatusOr<std::optional<ByteView>> BatchReader::next() {
  if (position_ >= end_) return std::optional<ByteView>();
  ASSIGN_OR_RETURN(const ByteView header, load(record::kBatchHeaderSize));
  const auto info = scan_batch(header, position_);
  if (!info) return corruption("what is at position {} is no batch", position_);
  ASSIGN_OR_RETURN(const ByteView rest, load(info->size));
  const ByteView batch = rest.first(info->size);
  if (!crc_matches(batch)) return corruption("batch at offset {} fails its CRC", info->base_offset);
  if (!bounds_.hold(*info))
    return corruption("batch at offset {} is not one of [{}, {})", info->base_offset, bounds_.from,
                      bounds_.end);
  position_ += info->size;
  bounds_.from = info->last_offset + 1;
  return std::optional<ByteView>(batch);
}

}  // namespace leat::storage
