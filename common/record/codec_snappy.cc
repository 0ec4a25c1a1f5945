#include <snappy.h>

#include <algorithm>
#include <array>

#include "common/record/codecs.h"

namespace leat::record::codecs {
namespace {

// The framing of snappy-java ("xerial"), which Kafka's Java clients use instead of snappy's own
// framing format: magic, version int32, compatible version int32, then blocks, each an int32 length
// and that many bytes of raw snappy. Streams may follow each other, each with its header.
constexpr std::array<unsigned char, 8> kXerialMagic = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
constexpr std::size_t kXerialHeaderSize = 16;
constexpr std::int32_t kXerialVersion = 1;
constexpr std::size_t kXerialBlock = 32u << 10;

// Snappy's densest element turns 3 bytes into 64; a block that claims more was never compressed
// from anything, and must not make anybody allocate (CVE-2023-34455 is of this kind).
constexpr std::uint64_t kMaxRatio = 22;
// Blocks up to this size leave their buffer to the thread's next one.
constexpr std::size_t kKeptBuffer = 1u << 20;

bool is_xerial(ByteView data) {
  return data.size() >= kXerialHeaderSize &&
         std::memcmp(data.data(), kXerialMagic.data(), kXerialMagic.size()) == 0;
}

const char* chars(ByteView b) {
  return reinterpret_cast<const char*>(b.data());
}

struct BufferTraits {
  using Context = Bytes;
  static Bytes* make() { return new Bytes; }
  static void free(Bytes* b) { delete b; }
  static bool keep(Bytes* b) { return b->capacity() <= kKeptBuffer; }
};

class SnappyDecompressor : public Decompressor {
 public:
  explicit SnappyDecompressor(ByteView compressed)
      : rest_(compressed), xerial_(is_xerial(compressed)) {}

 private:
  StatusOr<std::size_t> produce(MutableByteView out) override {
    while (pending_.empty()) {
      if (rest_.empty()) return started_ ? StatusOr<std::size_t>(0) : cut_off();
      ASSIGN_OR_RETURN(const std::size_t n, next_block(out));
      if (n > 0) return n;
    }
    const std::size_t n = std::min(out.size(), pending_.size());
    std::copy_n(pending_.begin(), n, out.begin());
    pending_ = pending_.subspan(n);
    return n;
  }

  static Status cut_off() { return corruption("snappy data is cut off"); }

  // Uncompresses the next block into `out` when it fits, returning its size; otherwise into
  // pending_ (0 is returned).
  StatusOr<std::size_t> next_block(MutableByteView out) {
    ASSIGN_OR_RETURN(const ByteView block, take_block());
    std::size_t size = 0;
    if (!snappy::GetUncompressedLength(chars(block), block.size(), &size))
      return corruption("a snappy block has no length");
    if (size > block.size() * kMaxRatio) return corruption("a snappy block claims {} bytes", size);
    if (size > remaining())
      return resource_exhausted("a snappy block of {} bytes when decompressed", size);
    const bool direct = size <= out.size();
    if (!direct) buffer_->resize(size);
    std::byte* to = direct ? out.data() : buffer_->data();
    if (!snappy::RawUncompress(chars(block), block.size(), reinterpret_cast<char*>(to)))
      return corruption("a snappy block is damaged");
    if (direct) return size;
    pending_ = ByteView(*buffer_).first(size);
    return std::size_t{0};
  }

  StatusOr<ByteView> take_block() {
    started_ = true;
    if (!xerial_) return std::exchange(rest_, {});
    if (is_xerial(rest_)) {
      if (load_be<std::int32_t>(rest_.data() + kXerialMagic.size()) < kXerialVersion)
        return corruption("snappy framing of an unknown version");
      rest_ = rest_.subspan(kXerialHeaderSize);
      if (rest_.empty()) return ByteView(kEmptyBlock);
    }
    if (rest_.size() < 4) return cut_off();
    const auto size = load_be<std::uint32_t>(rest_.data());
    rest_ = rest_.subspan(4);
    if (size > rest_.size()) return cut_off();
    const ByteView block = rest_.first(size);
    rest_ = rest_.subspan(size);
    return block;
  }

  static constexpr std::array<std::byte, 1> kEmptyBlock = {std::byte{0}};

  ByteView rest_;
  ByteView pending_;  // in *buffer_
  PooledContext<BufferTraits> buffer_;
  bool xerial_;
  bool started_ = false;
};

}  // namespace

Bytes snappy_xerial(ByteView data) {
  Bytes out;
  const std::size_t blocks = data.size() / kXerialBlock + 1;
  const std::size_t block_bound = 4 + snappy::MaxCompressedLength(kXerialBlock);
  out.resize(kXerialHeaderSize + blocks * block_bound);
  std::memcpy(out.data(), kXerialMagic.data(), kXerialMagic.size());
  store_be(out.data() + 8, kXerialVersion);
  store_be(out.data() + 12, kXerialVersion);
  std::size_t used = kXerialHeaderSize;
  while (!data.empty()) {
    const ByteView block = data.first(std::min(kXerialBlock, data.size()));
    std::size_t size = 0;
    snappy::RawCompress(chars(block), block.size(), reinterpret_cast<char*>(out.data() + used + 4),
                        &size);
    store_be(out.data() + used, static_cast<std::int32_t>(size));
    used += 4 + size;
    data = data.subspan(block.size());
  }
  out.resize(used);
  return out;
}

std::unique_ptr<Decompressor> open_snappy(ByteView compressed) {
  return std::make_unique<SnappyDecompressor>(compressed);
}

}  // namespace leat::record::codecs
