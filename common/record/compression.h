#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/status.h"
#include "common/record/batch_format.h"

// The four codecs of the format, in the framings that Kafka's Java clients write and read:
//   gzip    RFC 1952 members, one or more
//   snappy  xerial blocks (written); also one raw snappy block, which some clients send
//   lz4     one LZ4 frame of independent blocks, no dictionary; Java readers take no other
//   zstd    RFC 8878 frames, one or more, no dictionary
namespace leat::record {

// "none", "gzip", "snappy", "lz4", "zstd".
std::string_view to_string(Compression c);
std::optional<Compression> parse_compression(std::string_view name);

// The level a topic or producer may ask for; nullopt takes Kafka's default.
//   gzip 1..9 or -1, default -1; lz4 1..17, default 9 (the fast compressor; others use the slow
//   one, above 12 as 12); zstd -131072..22, default 3; snappy has none. Out of range is clamped.
using CompressionLevel = std::optional<int>;

// Compresses `data` in one go. `c` may be kNone: a copy.
Bytes compress(Compression c, CompressionLevel level, ByteView data);

// Turns compressed bytes back piece by piece. Memory per object: gzip 48 KiB, lz4 at most 8 MiB,
// zstd at most the part of its window that is used, never above 48 MiB; snappy the uncompressed
// size of one block, which is refused unless the compressed bytes are enough to produce it (22:1).
// The library's contexts are kept per thread and reused. One thread at a time.
class Decompressor {
 public:
  // `compressed` must outlive the object. More than `max_output` bytes in total are an error.
  // invalid_argument for a codec that does not exist; kNone is a copy.
  static StatusOr<std::unique_ptr<Decompressor>> open(Compression c, ByteView compressed,
                                                      std::uint64_t max_output);
  virtual ~Decompressor() = default;

  // Fills `out` (not empty) from its front; fewer bytes than it holds do not mean the end, 0 does.
  // Errors, after which the object is of no use: corruption (damaged or cut off, or bytes after the
  // end), resource_exhausted (more than max_output).
  StatusOr<std::size_t> next(MutableByteView out);

 protected:
  // At most out.size() bytes; 0 at the end of the data.
  virtual StatusOr<std::size_t> produce(MutableByteView out) = 0;
  // Bytes that may still come.
  std::uint64_t remaining() const { return remaining_; }

 private:
  std::uint64_t remaining_ = 0;
};

// Everything at once; errors as above.
StatusOr<Bytes> decompress(Compression c, ByteView compressed, std::uint64_t max_output);

}  // namespace leat::record
