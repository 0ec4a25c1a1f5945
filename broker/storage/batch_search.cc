#include "broker/storage/batch_search.h"

#include <algorithm>

#include "common/base/crc32c.h"
#include "common/record/batch_format.h"

namespace leat::storage {
namespace {
constexpr std::uint64_t kSearchChunk = 256 << 10;
constexpr std::uint64_t kCrcBudget = 1 << 30;
}  // namespace

StatusOr<ByteView> ByteWindow::bytes(std::uint64_t at, std::size_t need) {
  if (at < buffer_at_ || at + need > buffer_at_ + buffer_.size()) {
    buffer_.resize(std::min(end_ - at, kSearchChunk));
    buffer_at_ = at;
    if (Status read = read_(at, buffer_); !read.ok()) {
      buffer_.clear();
      return read;
    }
  }
  return ByteView(buffer_).subspan(at - buffer_at_);
}

StatusOr<std::uint32_t> crc_of(ByteWindow& window, std::uint64_t from, std::uint64_t to) {
  std::uint32_t crc = 0;
  while (from < to) {
    ASSIGN_OR_RETURN(const ByteView buffered, window.bytes(from, 1));
    const ByteView part = buffered.first(std::min<std::uint64_t>(buffered.size(), to - from));
    crc = crc32c(part, crc);
    from += part.size();
  }
  return crc;
}

StatusOr<BatchFinding> look_for_batch(ByteWindow& window, std::uint64_t at,
                                      const OffsetBounds& bounds) {
  BatchFinding found;
  if (at > window.end() || window.end() - at < record::kBatchHeaderSize) return found;
  ASSIGN_OR_RETURN(const ByteView header, window.bytes(at, record::kBatchHeaderSize));
  const auto frame = scan_batch(header, at);
  if (!frame || frame->end_position() > window.end()) return found;
  const auto stored = load_be<std::uint32_t>(header.data() + record::kCrcAt);
  ASSIGN_OR_RETURN(const std::uint32_t crc,
                   crc_of(window, at + record::kAttributesAt, frame->end_position()));
  found.frame = frame;
  found.crc_matches = crc == stored;
  found.in_bounds = bounds.hold(*frame);
  return found;
}

StatusOr<std::optional<std::uint64_t>> find_sound_batch(ByteWindow& window, std::uint64_t from,
                                                        const OffsetBounds& bounds) {
  std::uint64_t budget = kCrcBudget;
  for (std::uint64_t at = from; at + record::kBatchHeaderSize <= window.end(); ++at) {
    ASSIGN_OR_RETURN(const ByteView header, window.bytes(at, record::kBatchHeaderSize));
    const auto frame = scan_batch(header, at);
    if (!frame || frame->end_position() > window.end() || !bounds.hold(*frame)) continue;
    if (frame->size > budget) break;
    budget -= frame->size;
    ASSIGN_OR_RETURN(const BatchFinding found, look_for_batch(window, at, bounds));
    if (found.is_sound()) return std::optional(at);
  }
  return std::optional<std::uint64_t>();
}

}  // namespace leat::storage
