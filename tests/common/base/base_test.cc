#include "common/base/bytes.h"
#include "common/base/crc32c.h"
#include "common/base/ids.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "common/base/varint.h"
#include "tests/support/catch.h"

#include <cerrno>
#include <limits>

using namespace leat;

TEST_CASE("crc32c gives the published check value and both implementations agree", "[unit]") {
  CHECK(crc32c(as_bytes("123456789")) == 0xE3069283u);
  Random random(7);
  for (std::size_t size : {0u, 1u, 7u, 64u, 1000u, 70000u}) {
    Bytes data(size);
    random.fill(data);
    CHECK(crc32c(data) == crc32c_portable(data));
    const std::size_t cut = size / 3;
    CHECK(crc32c(ByteView(data).subspan(cut), crc32c(ByteView(data).first(cut))) == crc32c(data));
  }
}

TEST_CASE("a varint reads back what was written, and a cut-off one is refused", "[unit]") {
  for (std::int64_t v : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{-64},
                         std::int64_t{64}, std::int64_t{1} << 40,
                         std::numeric_limits<std::int64_t>::min(),
                         std::numeric_limits<std::int64_t>::max()}) {
    Bytes out;
    append_varint(out, v);
    CHECK(out.size() == varint_size(v));
    ByteView in(out);
    CHECK(read_varint(in) == v);
    CHECK(in.empty());
    ByteView cut = ByteView(out).first(out.size() - 1);
    CHECK_FALSE(read_varint(cut).has_value());
  }
}

TEST_CASE("a varint longer than its type is refused", "[unit]") {
  const Bytes eleven(11, std::byte{0x80});
  ByteView in(eleven);
  CHECK_FALSE(read_uvarint(in).has_value());
  Bytes big;
  append_uvarint(big, std::uint64_t{1} << 33);
  ByteView in32(big);
  CHECK_FALSE(read_uvarint(in32, kMaxVarint32Bytes).has_value());
}

TEST_CASE("a uuid's text reads back to the same id", "[unit]") {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    const Uuid id = random.uuid();
    CHECK(parse_uuid(to_string(id)) == id);
    CHECK(to_string(id).front() != '-');
  }
  CHECK(to_string(Uuid{}) == "AAAAAAAAAAAAAAAAAAAAAA");
  CHECK_FALSE(parse_uuid("short").has_value());
  CHECK_FALSE(parse_uuid("AAAAAAAAAAAAAAAAAAAAA!").has_value());
}

TEST_CASE("a full disk and other errors are told apart by their status", "[unit]") {
  CHECK(is_disk_full(errno_status(ENOSPC, "write x")));
  CHECK(is_disk_full(errno_status(EDQUOT, "write x")));
  CHECK_FALSE(is_disk_full(errno_status(EIO, "write x")));
  CHECK(is_not_found(errno_status(ENOENT, "open x")));
  CHECK_THAT(describe(errno_status(EIO, "write x")), ContainsSubstring("write x"));
}

TEST_CASE("big-endian numbers keep their bytes in network order", "[unit]") {
  std::byte raw[4];
  store_be<std::int32_t>(raw, 0x01020304);
  CHECK(raw[0] == std::byte{1});
  CHECK(raw[3] == std::byte{4});
  CHECK(load_be<std::int32_t>(raw) == 0x01020304);
}

TEST_CASE("a random source repeats itself for the same seed", "[unit]") {
  Random a(42);
  Random b(42);
  for (int i = 0; i < 10; ++i) CHECK(a.next() == b.next());
  for (int i = 0; i < 1000; ++i) {
    const auto n = a.between(-3, 3);
    CHECK(n >= -3);
    CHECK(n <= 3);
  }
}
