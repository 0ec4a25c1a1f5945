#include "common/record/compression.h"

#include <algorithm>
#include <array>

#include "common/record/codecs.h"

namespace leat::record {
namespace {

constexpr std::array<std::string_view, 5> kCodecNames = {"none", "gzip", "snappy", "lz4", "zstd"};
static_assert(kCodecNames.size() == kLastCompression + 1);

class Copier : public Decompressor {
 public:
  explicit Copier(ByteView data) : rest_(data) {}

 private:
  StatusOr<std::size_t> produce(MutableByteView out) override {
    const std::size_t n = std::min(out.size(), rest_.size());
    std::copy_n(rest_.begin(), n, out.begin());
    rest_ = rest_.subspan(n);
    return n;
  }
  ByteView rest_;
};

std::unique_ptr<Decompressor> make(Compression c, ByteView compressed) {
  switch (c) {
    case Compression::kNone:
      return std::make_unique<Copier>(compressed);
    case Compression::kGzip:
      return codecs::open_gzip(compressed);
    case Compression::kSnappy:
      return codecs::open_snappy(compressed);
    case Compression::kLz4:
      return codecs::open_lz4(compressed);
    case Compression::kZstd:
      return codecs::open_zstd(compressed);
  }
  return nullptr;
}

}  // namespace

std::string_view to_string(Compression c) {
  const auto i = static_cast<std::size_t>(c);
  return i < kCodecNames.size() ? kCodecNames[i] : "unknown";
}

std::optional<Compression> parse_compression(std::string_view name) {
  const auto it = std::find(kCodecNames.begin(), kCodecNames.end(), name);
  if (it == kCodecNames.end()) return std::nullopt;
  return static_cast<Compression>(it - kCodecNames.begin());
}

Bytes compress(Compression c, CompressionLevel level, ByteView data) {
  switch (c) {
    case Compression::kNone:
      break;
    case Compression::kGzip:
      return codecs::gzip(level, data);
    case Compression::kSnappy:
      return codecs::snappy_xerial(data);
    case Compression::kLz4:
      return codecs::lz4(level, data);
    case Compression::kZstd:
      return codecs::zstd(level, data);
  }
  LEAT_CHECK(c == Compression::kNone, "no such codec: {}", static_cast<int>(c));
  return Bytes(data.begin(), data.end());
}

StatusOr<std::unique_ptr<Decompressor>> Decompressor::open(Compression c, ByteView compressed,
                                                           std::uint64_t max_output) {
  auto d = make(c, compressed);
  if (!d) return invalid_argument("unknown compression codec {}", static_cast<int>(c));
  d->remaining_ = max_output;
  return d;
}

StatusOr<std::size_t> Decompressor::next(MutableByteView out) {
  LEAT_CHECK(!out.empty());
  // One byte more than allowed is asked for, to learn whether there is one.
  if (remaining_ < out.size()) out = out.first(static_cast<std::size_t>(remaining_) + 1);
  ASSIGN_OR_RETURN(const std::size_t n, produce(out));
  if (n > remaining_) return resource_exhausted("more than the allowed bytes when decompressed");
  remaining_ -= n;
  return n;
}

StatusOr<Bytes> decompress(Compression c, ByteView compressed, std::uint64_t max_output) {
  ASSIGN_OR_RETURN(const auto d, Decompressor::open(c, compressed, max_output));
  constexpr std::size_t kFirstStep = 64u << 10;
  Bytes out;
  std::size_t used = 0;
  for (;;) {
    if (used == out.size()) out.resize(used + std::max(kFirstStep, used));
    ASSIGN_OR_RETURN(const std::size_t n, d->next(MutableByteView(out).subspan(used)));
    if (n == 0) break;
    used += n;
  }
  out.resize(used);
  return out;
}

}  // namespace leat::record
