#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_getFrameHeader: the window, before it is allocated
#include <zstd.h>

#include <algorithm>

#include "common/record/codecs.h"

namespace leat::record::codecs {
namespace {

constexpr int kZstdDefaultLevel = 3;
// Contexts with more memory than this are not kept.
constexpr std::size_t kKeptContext = 9u << 20;
// Levels 21 and 22 ask for windows of 64 and 128 MiB, also around a few bytes. The library reserves
// them and the kernel supplies the pages that are written, so such a frame may be this long and no
// longer; frames with smaller windows are not limited here.
constexpr std::uint64_t kBigWindow = 32u << 20;
constexpr std::uint64_t kMaxOutputOfBigWindow = 48u << 20;

struct CompressTraits {
  using Context = ZSTD_CCtx;
  static ZSTD_CCtx* make() { return ZSTD_createCCtx(); }
  static void free(ZSTD_CCtx* c) { ZSTD_freeCCtx(c); }
  static bool keep(ZSTD_CCtx* c) { return ZSTD_sizeof_CCtx(c) <= kKeptContext; }
};

struct ZstdDecompressTraits {
  using Context = ZSTD_DCtx;
  static ZSTD_DCtx* make() { return ZSTD_createDCtx(); }
  static void free(ZSTD_DCtx* d) { ZSTD_freeDCtx(d); }
  static bool keep(ZSTD_DCtx* d) { return ZSTD_sizeof_DCtx(d) <= kKeptContext; }
};

Status cut_off() {
  return corruption("zstd data is cut off");
}
Status too_large() {
  return resource_exhausted("a zstd frame larger than allowed when decompressed");
}

class ZstdDecompressor : public Decompressor {
 public:
  explicit ZstdDecompressor(ByteView compressed) : in_{compressed.data(), compressed.size(), 0} {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
  }

 private:
  StatusOr<std::size_t> produce(MutableByteView out) override {
    for (;;) {
      if (!in_frame_) {
        if (in_.pos == in_.size && in_.size > 0) return std::size_t{0};
        RETURN_IF_ERROR(begin_frame());
      }
      ZSTD_outBuffer to{out.data(), out.size(), 0};
      const std::size_t before = in_.pos;
      const std::size_t hint = ZSTD_decompressStream(context_.get(), &to, &in_);
      if (ZSTD_isError(hint))
        return corruption("zstd data is damaged: {}", ZSTD_getErrorName(hint));
      in_frame_ = hint != 0;
      if (to.pos > frame_limit_) return too_large();
      frame_limit_ -= to.pos;
      if (to.pos > 0) return to.pos;
      if (in_frame_ && in_.pos == before) return cut_off();
    }
  }

  Status begin_frame() {
    ZSTD_frameHeader header;
    const std::size_t needed = ZSTD_getFrameHeader(
        &header, static_cast<const std::byte*>(in_.src) + in_.pos, in_.size - in_.pos);
    if (ZSTD_isError(needed)) return corruption("not a zstd frame: {}", ZSTD_getErrorName(needed));
    if (needed > 0) return cut_off();
    in_frame_ = true;
    frame_limit_ = UINT64_MAX;
    if (header.frameType == ZSTD_skippableFrame) return {};
    if (header.windowSize > kBigWindow) frame_limit_ = kMaxOutputOfBigWindow;
    const bool known = header.frameContentSize != ZSTD_CONTENTSIZE_UNKNOWN;
    if (known && header.frameContentSize > std::min(frame_limit_, remaining())) return too_large();
    return {};
  }

  PooledContext<ZstdDecompressTraits> context_;
  ZSTD_inBuffer in_;
  bool in_frame_ = false;
  std::uint64_t frame_limit_ = 0;
};

}  // namespace

Bytes zstd(CompressionLevel level, ByteView data) {
  PooledContext<CompressTraits> context;
  ZSTD_CCtx_reset(context.get(), ZSTD_reset_session_and_parameters);
  const int chosen =
      std::clamp(level.value_or(kZstdDefaultLevel), ZSTD_minCLevel(), ZSTD_maxCLevel());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, chosen);
  Bytes out(ZSTD_compressBound(data.size()));
  const std::size_t size =
      ZSTD_compress2(context.get(), out.data(), out.size(), data.data(), data.size());
  LEAT_CHECK(!ZSTD_isError(size), "zstd: {}", ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

std::unique_ptr<Decompressor> open_zstd(ByteView compressed) {
  return std::make_unique<ZstdDecompressor>(compressed);
}

}  // namespace leat::record::codecs
