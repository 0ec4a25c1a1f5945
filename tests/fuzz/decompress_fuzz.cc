#include <algorithm>
#include <cstdint>

#include "common/base/check.h"
#include "common/record/compression.h"

// What must hold for any bytes, read as codec (first byte) and compressed data:
//   - never more than the allowed bytes, never a crash;
//   - read in small pieces they give the same bytes as at once, or both fail;
//   - compressed, they come back.
namespace {

using namespace leat;
using namespace leat::record;

constexpr std::uint64_t kMaxOutput = 256u << 10;

StatusOr<Bytes> in_pieces(Compression c, ByteView data) {
  ASSIGN_OR_RETURN(const auto d, Decompressor::open(c, data, kMaxOutput));
  Bytes all;
  Bytes piece(1 + data.size() % 1500);
  for (;;) {
    ASSIGN_OR_RETURN(const std::size_t n, d->next(piece));
    if (n == 0) return all;
    append(all, ByteView(piece).first(n));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  if (size == 0) return 0;
  const auto c = static_cast<Compression>(1 + input[0] % 4);
  const ByteView data(reinterpret_cast<const std::byte*>(input) + 1, size - 1);
  const auto whole = decompress(c, data, kMaxOutput);
  const auto pieces = in_pieces(c, data);
  LEAT_CHECK(whole.ok() == pieces.ok());
  if (whole.ok()) LEAT_CHECK(*whole == *pieces && whole->size() <= kMaxOutput);
  const Bytes packed = compress(c, input[0] % 10, data);
  const auto back = decompress(c, packed, data.size());
  LEAT_CHECK(back.ok() && std::equal(back->begin(), back->end(), data.begin(), data.end()));
  return 0;
}
