#include <zlib.h>

#include <algorithm>

#include "common/record/codecs.h"

namespace leat::record::codecs {
namespace {

constexpr int kWindowBits = 15 + 16;  // 32 KiB, the largest; +16: a gzip wrapper and no other

struct InflateTraits {
  using Context = z_stream;
  static z_stream* make() {
    auto* z = new z_stream{};
    if (inflateInit2(z, kWindowBits) == Z_OK) return z;
    delete z;
    return nullptr;
  }
  static void free(z_stream* z) {
    inflateEnd(z);
    delete z;
  }
  static bool keep(z_stream*) { return true; }
};

struct DeflateTraits {
  using Context = z_stream;
  static z_stream* make() {
    auto* z = new z_stream{};
    if (deflateInit2(z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowBits, 8, Z_DEFAULT_STRATEGY) ==
        Z_OK)
      return z;
    delete z;
    return nullptr;
  }
  static void free(z_stream* z) {
    deflateEnd(z);
    delete z;
  }
  static bool keep(z_stream*) { return true; }
};

// zlib takes the input by a pointer to non-const, and does not write there.
Bytef* input_pointer(ByteView data) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(data.data()));
}

class GzipDecompressor : public Decompressor {
 public:
  explicit GzipDecompressor(ByteView compressed) {
    LEAT_CHECK(inflateReset(z_.get()) == Z_OK);
    z_->next_in = input_pointer(compressed);
    z_->avail_in = static_cast<uInt>(compressed.size());
  }

 private:
  StatusOr<std::size_t> produce(MutableByteView out) override {
    z_->next_out = reinterpret_cast<Bytef*>(out.data());
    z_->avail_out = static_cast<uInt>(out.size());
    while (!done_ && z_->avail_out == out.size()) {
      const int result = inflate(z_.get(), Z_NO_FLUSH);
      if (result == Z_STREAM_END) {
        done_ = z_->avail_in == 0;
        if (!done_) inflateReset(z_.get());  // another member follows
      } else if (result == Z_BUF_ERROR) {
        return corruption("gzip data is cut off");
      } else if (result != Z_OK) {
        return corruption("gzip data is damaged: {}", z_->msg ? z_->msg : "unexpected content");
      }
    }
    return out.size() - z_->avail_out;
  }

  PooledContext<InflateTraits> z_;
  bool done_ = false;
};

}  // namespace

Bytes gzip(CompressionLevel level, ByteView data) {
  PooledContext<DeflateTraits> z;
  LEAT_CHECK(deflateReset(z.get()) == Z_OK);
  const int chosen = std::clamp(level.value_or(Z_DEFAULT_COMPRESSION), -1, 9);
  LEAT_CHECK(deflateParams(z.get(), chosen, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes out(deflateBound(z.get(), data.size()));
  z->next_in = input_pointer(data);
  z->avail_in = static_cast<uInt>(data.size());
  z->next_out = reinterpret_cast<Bytef*>(out.data());
  z->avail_out = static_cast<uInt>(out.size());
  LEAT_CHECK(deflate(z.get(), Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - z->avail_out);
  return out;
}

std::unique_ptr<Decompressor> open_gzip(ByteView compressed) {
  return std::make_unique<GzipDecompressor>(compressed);
}

}  // namespace leat::record::codecs
