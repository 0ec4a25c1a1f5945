#include "common/protocol/encoder.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/varint.h"

namespace leat::wire {

void Encoder::enlarge(std::size_t n) {
  bytes_.resize(std::max(2 * bytes_.size(), used_ + n));
}

void Encoder::prefix_with_uvarint_size(std::size_t position) {
  LEAT_DCHECK(splices_.empty() || splices_.back().at <= position);
  const std::size_t size = used_ - position;
  const std::size_t width = uvarint_size(size);
  grow(width);
  std::byte* at = bytes_.data() + position;
  std::memmove(at + width, at, size);
  used_ = position;
  uvarint(static_cast<std::uint32_t>(size));
  used_ = position + width + size;
}

Payload Encoder::take() {
  bytes_.resize(used_);
  const SharedBytes all{std::exchange(bytes_, {})};
  Payload out;
  std::size_t from = 0;
  for (Splice& splice : splices_) {
    out.append(all.slice(from, splice.at - from));
    out.append(std::move(splice.payload));
    from = splice.at;
  }
  out.append(all.slice(from, used_ - from));
  used_ = 0;
  spliced_ = 0;
  splices_.clear();
  return out;
}

Bytes Encoder::take_bytes() {
  if (splices_.empty()) {
    bytes_.resize(std::exchange(used_, 0));
    return std::exchange(bytes_, {});
  }
  Bytes out;
  const Payload payload = take();
  out.reserve(payload.size());
  for (const Payload::Piece& piece : payload.pieces()) {
    const auto* bytes = std::get_if<SharedBytes>(&piece);
    LEAT_CHECK(bytes != nullptr, "a file range cannot be flattened");
    append(out, bytes->view());
  }
  return out;
}

}  // namespace leat::wire
