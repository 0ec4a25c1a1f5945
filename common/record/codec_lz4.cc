#include <lz4frame.h>

#include <algorithm>

#include "common/record/codecs.h"

namespace leat::record::codecs {
namespace {

constexpr std::uint32_t kFrameMagic = 0x184D2204;  // little-endian on the wire
constexpr int kLz4DefaultLevel = 9;                // Kafka's default, and there the fast compressor
constexpr int kMaxLevel = 12;                      // LZ4HC_CLEVEL_MAX

struct Lz4DecompressTraits {
  using Context = LZ4F_dctx;
  static LZ4F_dctx* make() {
    LZ4F_dctx* d = nullptr;
    return LZ4F_isError(LZ4F_createDecompressionContext(&d, LZ4F_VERSION)) ? nullptr : d;
  }
  static void free(LZ4F_dctx* d) { LZ4F_freeDecompressionContext(d); }
  static bool keep(LZ4F_dctx*) { return true; }
};

// Java's reader knows version 1 frames of independent blocks without dictionary, only the first
// frame, and no skippable ones. What it cannot read must not get into a log.
Status check_frame(ByteView data) {
  if (data.size() < 7) return corruption("lz4 data is cut off");
  std::uint32_t magic = 0;
  for (int i = 3; i >= 0; --i)
    magic = magic << 8 | static_cast<std::uint8_t>(data[static_cast<std::size_t>(i)]);
  if (magic != kFrameMagic) return corruption("not an lz4 frame");
  const auto flags = static_cast<std::uint8_t>(data[4]);
  if (flags >> 6 != 1) return corruption("lz4 frame of an unknown version");
  if ((flags & 0x20) == 0) return corruption("lz4 frame with linked blocks");
  if ((flags & 0x03) != 0) return corruption("lz4 frame with a dictionary");
  return {};
}

class Lz4Decompressor : public Decompressor {
 public:
  explicit Lz4Decompressor(ByteView compressed) : rest_(compressed) {
    LZ4F_resetDecompressionContext(context_.get());
  }

 private:
  StatusOr<std::size_t> produce(MutableByteView out) override {
    if (!started_) {
      RETURN_IF_ERROR(check_frame(rest_));
      started_ = true;
    }
    while (!done_) {
      std::size_t written = out.size();
      std::size_t read = rest_.size();
      const std::size_t hint =
          LZ4F_decompress(context_.get(), out.data(), &written, rest_.data(), &read, nullptr);
      if (LZ4F_isError(hint)) return corruption("lz4 data is damaged: {}", LZ4F_getErrorName(hint));
      rest_ = rest_.subspan(read);
      done_ = hint == 0;
      if (done_ && !rest_.empty()) return corruption("bytes after the end of the lz4 frame");
      if (written > 0) return written;
      if (!done_ && read == 0) return corruption("lz4 data is cut off");
    }
    return std::size_t{0};
  }

  PooledContext<Lz4DecompressTraits> context_;
  ByteView rest_;
  bool started_ = false;
  bool done_ = false;
};

}  // namespace

Bytes lz4(CompressionLevel level, ByteView data) {
  LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  const int chosen = level.value_or(kLz4DefaultLevel);
  preferences.compressionLevel = chosen == kLz4DefaultLevel ? 0 : std::clamp(chosen, 1, kMaxLevel);
  Bytes out(LZ4F_compressFrameBound(data.size(), &preferences));
  const std::size_t size =
      LZ4F_compressFrame(out.data(), out.size(), data.data(), data.size(), &preferences);
  LEAT_CHECK(!LZ4F_isError(size), "lz4: {}", LZ4F_getErrorName(size));
  out.resize(size);
  return out;
}

std::unique_ptr<Decompressor> open_lz4(ByteView compressed) {
  return std::make_unique<Lz4Decompressor>(compressed);
}

}  // namespace leat::record::codecs
