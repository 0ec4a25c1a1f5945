#include "common/record/compression.h"

#include <lz4frame.h>
#include <snappy.h>

#include "common/base/random.h"
#include "common/base/varint.h"
#include "common/record/batch_validate.h"
#include "tests/common/record/support.h"

using namespace leat;
using namespace leat::record;

namespace {

constexpr std::uint64_t kPlenty = 1u << 30;

Bytes text_of(std::size_t size) {
  Random random(size + 1);
  Bytes data(size);
  random.fill(data);
  for (std::size_t i = 0; i < size; i += 3) data[i] = std::byte{'a'};
  return data;
}

Bytes join(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const auto& p : parts) append(all, p);
  return all;
}

Bytes raw_snappy(ByteView data) {
  std::string out;
  snappy::Compress(as_text(data).data(), data.size(), &out);
  return bytes_of(out);
}

Bytes lz4_frame(ByteView data, LZ4F_blockMode_t mode, bool checksums) {
  LZ4F_preferences_t p = LZ4F_INIT_PREFERENCES;
  p.frameInfo.blockMode = mode;
  p.frameInfo.blockSizeID = LZ4F_max4MB;
  p.frameInfo.contentChecksumFlag =
      checksums ? LZ4F_contentChecksumEnabled : LZ4F_noContentChecksum;
  p.frameInfo.blockChecksumFlag = checksums ? LZ4F_blockChecksumEnabled : LZ4F_noBlockChecksum;
  p.frameInfo.contentSize = checksums ? data.size() : 0;
  LZ4F_cctx* context = nullptr;
  REQUIRE_FALSE(LZ4F_isError(LZ4F_createCompressionContext(&context, LZ4F_VERSION)));
  Bytes out(LZ4F_compressFrameBound(data.size(), &p) + 64);
  std::size_t n = LZ4F_compressBegin(context, out.data(), out.size(), &p);
  n += LZ4F_compressUpdate(context, out.data() + n, out.size() - n, data.data(), data.size(),
                           nullptr);
  n += LZ4F_compressEnd(context, out.data() + n, out.size() - n, nullptr);
  LZ4F_freeCompressionContext(context);
  out.resize(n);
  return out;
}

// --- bombs: a record that claims a value of 2 GiB, then about a gigabyte of zeros ---

Bytes bomb_record() {
  Bytes out;
  append_varint(out, INT32_MAX);
  append(out, Bytes{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}});
  append_varint(out, INT32_MAX - 100);
  return out;
}

// A member of 64 MiB, sixteen times.
Bytes gzip_bomb() {
  const Bytes member = compress(Compression::kGzip, {}, Bytes(64u << 20));
  Bytes out = compress(Compression::kGzip, {}, bomb_record());
  for (int i = 0; i < 16; ++i) append(out, member);
  return out;
}

// The same block of 4 MiB of zeros, again and again.
Bytes lz4_bomb() {
  const Bytes one = lz4_frame(Bytes(4u << 20), LZ4F_blockIndependent, false);
  constexpr std::size_t kHeader = 7;
  constexpr std::size_t kEndMark = 4;
  const ByteView block = ByteView(one).subspan(kHeader, one.size() - kHeader - kEndMark);
  Bytes out(one.begin(), one.begin() + kHeader);
  const Bytes first = bomb_record();
  append(out, Bytes{static_cast<std::byte>(first.size()), std::byte{0}, std::byte{0},
                    std::byte{0x80}});  // a block stored as it is
  append(out, first);
  for (int i = 0; i < 256; ++i) append(out, block);
  append(out, ByteView(one).last(kEndMark));
  return out;
}

// Run-length blocks of 128 KiB, 4 bytes each, in one frame with a window of 2^window_log.
Bytes zstd_bomb(int window_log) {
  Bytes out = compress(Compression::kZstd, {}, bomb_record());
  append(out, Bytes{std::byte{0x28}, std::byte{0xb5}, std::byte{0x2f}, std::byte{0xfd},
                    std::byte{0}, static_cast<std::byte>((window_log - 10) << 3)});
  for (unsigned i = 0; i < 8192; ++i) {
    const unsigned header = (128u << 10 << 3) | (1u << 1) | (i == 8191 ? 1u : 0u);
    for (int shift = 0; shift < 24; shift += 8)
      out.push_back(static_cast<std::byte>(header >> shift));
    out.push_back(std::byte{0});
  }
  return out;
}

// One literal, then copies of 64 bytes at distance 1, 3 bytes each: snappy gets no denser. 48 MiB.
Bytes snappy_bomb() {
  constexpr std::size_t kCopies = 786'432;
  Bytes block;
  append_uvarint(block, 1 + 64 * kCopies);
  append(block, Bytes(2));
  for (std::size_t i = 0; i < kCopies; ++i)
    append(block, Bytes{std::byte{0xfe}, std::byte{1}, std::byte{0}});
  Bytes out = compress(Compression::kSnappy, {}, bomb_record());
  append_be(out, static_cast<std::int32_t>(block.size()));
  append(out, block);
  return out;
}

std::int64_t memory_kib(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field)) return std::stoll(line.substr(field.size() + 1));
  return 0;
}

void reset_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace

TEST_CASE("every codec gives back what it was given", "[unit]") {
  for (const auto c : kCodecs) {
    for (std::size_t size : {0u, 1u, 100u, 32768u, 32769u, 65536u, 70000u, 1000000u}) {
      const Bytes data = text_of(size);
      const Bytes packed = compress(c, {}, data);
      const auto back = decompress(c, packed, size);
      INFO(to_string(c) << " " << size << " " << back.status());
      REQUIRE(back.ok());
      CHECK(*back == data);
    }
  }
}

TEST_CASE("decompression in pieces of any size gives the same bytes", "[unit]") {
  const Bytes data = text_of(5000);
  for (const auto c : {Compression::kNone, Compression::kGzip, Compression::kSnappy,
                       Compression::kLz4, Compression::kZstd}) {
    const Bytes packed = compress(c, {}, data);
    for (std::size_t piece : {1u, 7u, 4999u, 5000u, 5001u}) {
      auto d = Decompressor::open(c, packed, kPlenty);
      REQUIRE(d.ok());
      Bytes back;
      Bytes out(piece);
      for (;;) {
        const auto n = (*d)->next(out);
        REQUIRE(n.ok());
        if (*n == 0) break;
        append(back, ByteView(out).first(*n));
      }
      CHECK(back == data);
    }
  }
}

TEST_CASE("data cut at any byte is an error in every codec", "[unit]") {
  const Bytes data = text_of(40'000);
  for (const auto c : kCodecs) {
    const Bytes packed = compress(c, {}, data);
    const std::size_t step = 101;
    for (std::size_t cut = 0; cut < packed.size(); cut += cut < 200 ? 1 : step) {
      const auto back = decompress(c, ByteView(packed).first(cut), kPlenty);
      // Xerial blocks carry no total, so a cut between two is another, shorter stream; the record
      // count of the batch finds it.
      if (c == Compression::kSnappy && back.ok())
        CHECK(back->size() % 32768 == 0);
      else
        CHECK(is_corruption(back.status()));
    }
    for (std::size_t cut = packed.size() - 20; cut < packed.size(); ++cut)
      CHECK(is_corruption(decompress(c, ByteView(packed).first(cut), kPlenty).status()));
  }
}

TEST_CASE("flipped bits never do worse than give an error or other bytes", "[unit]") {
  const Bytes data = text_of(3000);
  Random random(3);
  for (const auto c : kCodecs) {
    const Bytes packed = compress(c, {}, data);
    for (int i = 0; i < 500; ++i) {
      Bytes bent = packed;
      bent[random.below(bent.size())] ^= static_cast<std::byte>(1u << random.below(8));
      const auto back = decompress(c, bent, 10'000);
      if (back.ok()) CHECK(back->size() <= 10'000);
    }
  }
}

TEST_CASE("the output limit is exact", "[unit]") {
  const Bytes data = text_of(100'000);
  for (const auto c : {Compression::kNone, Compression::kGzip, Compression::kSnappy,
                       Compression::kLz4, Compression::kZstd}) {
    const Bytes packed = compress(c, {}, data);
    CHECK(decompress(c, packed, 100'000).ok());
    CHECK(decompress(c, packed, 99'999).status().code() == StatusCode::kResourceExhausted);
    CHECK(decompress(c, packed, 0).status().code() == StatusCode::kResourceExhausted);
  }
}

TEST_CASE("gzip members, zstd frames and xerial streams may follow each other", "[unit]") {
  const Bytes a = text_of(50'000);
  const Bytes b = text_of(20);
  for (const auto c : {Compression::kGzip, Compression::kZstd, Compression::kSnappy}) {
    const auto back =
        decompress(c, join({compress(c, {}, a), compress(c, {}, b), compress(c, {}, a)}), kPlenty);
    REQUIRE(back.ok());
    CHECK(*back == join({a, b, a}));
  }
}

TEST_CASE("bytes after the end of the compressed data are refused", "[unit]") {
  const Bytes data = text_of(500);
  for (const auto c : kCodecs) {
    for (std::size_t extra : {1u, 4u, 40u}) {
      const Bytes packed = join({compress(c, {}, data), Bytes(extra, std::byte{1})});
      INFO(to_string(c) << " " << extra);
      CHECK(is_corruption(decompress(c, packed, kPlenty).status()));
    }
  }
}

TEST_CASE("raw snappy, as some clients send it, is read", "[unit]") {
  for (std::size_t size : {0u, 10u, 100'000u}) {
    const Bytes data = text_of(size);
    const auto back = decompress(Compression::kSnappy, raw_snappy(data), kPlenty);
    REQUIRE(back.ok());
    CHECK(*back == data);
  }
}

TEST_CASE("a snappy block that claims more than it could hold allocates nothing", "[unit]") {
  Bytes liar = {std::byte{0xff}, std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                std::byte{0x0f}, std::byte{0},    std::byte{'x'}};
  const auto back = decompress(Compression::kSnappy, liar, UINT64_MAX);
  CHECK(is_corruption(back.status()));
  Bytes framed = compress(Compression::kSnappy, {}, text_of(10));
  store_be<std::int32_t>(framed.data() + 16, INT32_MAX);
  CHECK(is_corruption(decompress(Compression::kSnappy, framed, kPlenty).status()));
  store_be<std::int32_t>(framed.data() + 16, -1);
  CHECK(is_corruption(decompress(Compression::kSnappy, framed, kPlenty).status()));
  store_be<std::int32_t>(framed.data() + 8, 0);
  CHECK(is_corruption(decompress(Compression::kSnappy, framed, kPlenty).status()));
}

TEST_CASE("lz4 frames that Java's reader knows are read, others refused", "[unit]") {
  const Bytes data = text_of(300'000);
  for (const bool checksums : {false, true}) {
    const auto back =
        decompress(Compression::kLz4, lz4_frame(data, LZ4F_blockIndependent, checksums), kPlenty);
    REQUIRE(back.ok());
    CHECK(*back == data);
  }
  const Bytes small = text_of(100);
  CHECK(is_corruption(
      decompress(Compression::kLz4, lz4_frame(data, LZ4F_blockLinked, false), kPlenty).status()));
  const Bytes one = compress(Compression::kLz4, {}, small);
  CHECK(is_corruption(decompress(Compression::kLz4, join({one, one}), kPlenty).status()));
}

TEST_CASE("a context that ended in an error serves the next batch", "[unit]") {
  const Bytes data = text_of(1000);
  for (const auto c : kCodecs) {
    const Bytes packed = compress(c, {}, data);
    CHECK_FALSE(decompress(c, ByteView(packed).first(packed.size() / 2), kPlenty).ok());
    CHECK(*decompress(c, packed, kPlenty) == data);
  }
}

TEST_CASE("two decompressors of a codec may live at once", "[unit]") {
  const Bytes data = text_of(200'000);
  for (const auto c : kCodecs) {
    const Bytes packed = compress(c, {}, data);
    auto a = Decompressor::open(c, packed, kPlenty);
    auto b = Decompressor::open(c, packed, kPlenty);
    Bytes from_a(1000), from_b(1000);
    for (int i = 0; i < 10; ++i) {
      const auto na = (*a)->next(from_a);
      const auto nb = (*b)->next(from_b);
      REQUIRE(na.ok());
      REQUIRE(nb.ok());
      REQUIRE(*na == *nb);
      CHECK(std::equal(from_a.begin(), from_a.begin() + static_cast<std::ptrdiff_t>(*na),
                       from_b.begin()));
    }
  }
}

TEST_CASE("levels beyond a codec's range are clamped and unknown codecs named", "[unit]") {
  const Bytes data = text_of(1000);
  for (const auto c : kCodecs) {
    for (const int level : {-1'000'000, -1, 0, 3, 22, 1'000'000}) {
      const auto back = decompress(c, compress(c, level, data), kPlenty);
      REQUIRE(back.ok());
      CHECK(*back == data);
    }
  }
  CHECK(Decompressor::open(static_cast<Compression>(6), data, 1).status().code() ==
        StatusCode::kInvalidArgument);
  CHECK(parse_compression("zstd") == Compression::kZstd);
  CHECK(to_string(Compression::kSnappy) == "snappy");
  CHECK_FALSE(parse_compression("brotli"));
}

TEST_CASE("decompression bombs end at the limit in bounded memory", "[unit]") {
  struct Bomb {
    Compression codec;
    Bytes bytes;
    Violation expected;
  };
  constexpr auto kTooLarge = Violation::kTooLargeUncompressed;
  const Bomb bombs[] = {{Compression::kGzip, gzip_bomb(), kTooLarge},
                        {Compression::kSnappy, snappy_bomb(), Violation::kBadRecord},
                        {Compression::kLz4, lz4_bomb(), kTooLarge},
                        {Compression::kZstd, zstd_bomb(20), kTooLarge},
                        {Compression::kZstd, zstd_bomb(25), kTooLarge},
                        {Compression::kZstd, zstd_bomb(27), kTooLarge}};
  for (const auto& [codec, bytes, expected] : bombs) {
    const Bytes batch = wrap(bytes, 1, codec);
    const std::int64_t before = memory_kib("VmRSS:");
    reset_peak_memory();
    const Verdict v = validate(batch, {});
    INFO(to_string(codec) << " " << v.text);
    CHECK(to_string(v.violation) == to_string(expected));
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
    CHECK(memory_kib("VmHWM:") - before < 64 * 1024);
#else
    static_cast<void>(before);
#endif
  }
}
