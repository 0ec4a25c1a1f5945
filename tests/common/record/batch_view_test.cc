#include "common/record/batch_view.h"

#include <limits>

#include "tests/common/record/support.h"

using namespace leat;
using namespace leat::record;

TEST_CASE("the header of Kafka's transactional batch reads field by field", "[unit]") {
  const Bytes batch = golden("transactional");
  const auto h = parse_header(batch);
  REQUIRE(h);
  CHECK(h->base_offset == Offset{0});
  CHECK(h->size_in_bytes() == batch.size());
  CHECK(h->leader_epoch == kNoLeaderEpoch);
  CHECK(h->magic == 2);
  CHECK(h->crc == crc32c(ByteView(batch).subspan(kAttributesAt)));
  CHECK(h->compression() == Compression::kNone);
  CHECK(h->timestamp_type() == TimestampType::kCreateTime);
  CHECK(h->is_transactional());
  CHECK_FALSE(h->is_control());
  CHECK_FALSE(h->delete_horizon_ms());
  CHECK(h->last_offset() == Offset{4});
  CHECK(h->next_offset() == Offset{5});
  CHECK(h->base_timestamp == kGoldenTime);
  CHECK(h->max_timestamp == kGoldenTime + 5);
  CHECK(h->producer_id == ProducerId{4711});
  CHECK(h->producer_epoch == ProducerEpoch{3});
  CHECK(h->base_sequence == std::numeric_limits<std::int32_t>::max() - 2);
  CHECK(h->record_count == 5);
}

TEST_CASE("sequence numbers go from INT32_MAX to 0", "[unit]") {
  constexpr auto kMax = std::numeric_limits<std::int32_t>::max();
  CHECK(add_to_sequence(0, 5) == 5);
  CHECK(add_to_sequence(kMax, 0) == kMax);
  CHECK(add_to_sequence(kMax, 1) == 0);
  CHECK(add_to_sequence(kMax, kMax) == kMax - 1);
  CHECK(parse_header(golden("transactional"))->last_sequence() == 1);
  CHECK(parse_header(golden("none"))->last_sequence() == kNoSequence);
}

TEST_CASE("attribute bits say codec, timestamp type, marker and delete horizon", "[unit]") {
  CHECK(parse_header(golden("gzip"))->compression() == Compression::kGzip);
  CHECK(parse_header(golden("snappy"))->compression() == Compression::kSnappy);
  CHECK(parse_header(golden("lz4"))->compression() == Compression::kLz4);
  CHECK(parse_header(golden("zstd"))->compression() == Compression::kZstd);
  CHECK(parse_header(golden("log-append-time"))->timestamp_type() == TimestampType::kLogAppendTime);
  CHECK(parse_header(golden("commit-marker"))->is_control());
  CHECK(parse_header(golden("delete-horizon"))->delete_horizon_ms() == kGoldenTime + 51'000);
  const auto unknown = parse_header(with_field<std::uint16_t>(batch_of(1), kAttributesAt, 5));
  REQUIRE(unknown);
  CHECK_FALSE(unknown->has_known_compression());
}

TEST_CASE("bytes that cannot begin a batch have no header", "[unit]") {
  const Bytes batch = batch_of(3);
  CHECK_FALSE(parse_header(ByteView(batch).first(kBatchHeaderSize - 1)));
  CHECK(parse_header(ByteView(batch).first(kBatchHeaderSize)));
  CHECK_FALSE(parse_header(Bytes(100)));
  CHECK_FALSE(parse_header(with_field<std::int8_t>(batch, kMagicAt, 1)));
  CHECK_FALSE(parse_header(with_field<std::int32_t>(batch, kBatchLengthAt, kMinBatchLength - 1)));
  CHECK_FALSE(parse_header(with_field<std::int32_t>(batch, kLastOffsetDeltaAt, -1)));
  CHECK_FALSE(parse_header(with_field<std::int32_t>(batch, kRecordCountAt, -1)));
  CHECK_FALSE(parse_header(with_field<std::int64_t>(batch, kBaseOffsetAt, -1)));
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  CHECK_FALSE(parse_header(with_field<std::int64_t>(batch, kBaseOffsetAt, kMax - 2)));
  CHECK(parse_header(with_field<std::int64_t>(batch, kBaseOffsetAt, kMax - 3)));
}

TEST_CASE("base offset and leader epoch are patched without touching the checksum", "[unit]") {
  Bytes batch = batch_of(3);
  const std::uint32_t crc = parse_header(batch)->crc;
  patch_base_offset(batch, Offset{1'000'000'007});
  patch_leader_epoch(batch, LeaderEpoch{12});
  const auto h = parse_header(batch);
  CHECK(h->base_offset == Offset{1'000'000'007});
  CHECK(h->last_offset() == Offset{1'000'000'009});
  CHECK(h->leader_epoch == LeaderEpoch{12});
  CHECK(h->crc == crc);
  CHECK(crc32c(ByteView(batch).subspan(kAttributesAt)) == crc);
}

TEST_CASE("a walk over batches stops cleanly wherever the last one is cut", "[unit]") {
  Bytes data = batch_of(2);
  const std::size_t first = data.size();
  append(data, batch_of(5));
  for (std::size_t cut = 0; cut <= data.size(); ++cut) {
    BatchIterator it(ByteView(data).first(cut));
    std::size_t seen = 0;
    while (it.next()) {
      CHECK(it.header().record_count == (seen == 0 ? 2 : 5));
      CHECK(it.bytes().size() == it.header().size_in_bytes());
      ++seen;
    }
    CHECK(seen == (cut == data.size() ? 2 : cut >= first ? 1 : 0));
    const bool whole = cut == 0 || cut == first || cut == data.size();
    CHECK((it.stop() == BatchIterator::Stop::kEnd) == whole);
    CHECK((it.stop() == BatchIterator::Stop::kCutOff) == !whole);
    CHECK(it.position() == (cut == data.size() ? cut : cut >= first ? first : 0));
    CHECK_FALSE(it.next());
  }
}

TEST_CASE("a walk over batches stops at damage and says so", "[unit]") {
  Bytes data = batch_of(2);
  const std::size_t first = data.size();
  append(data, Bytes(200));
  BatchIterator it(data);
  CHECK(it.next());
  CHECK_FALSE(it.next());
  CHECK(it.stop() == BatchIterator::Stop::kDamaged);
  CHECK(it.position() == first);
}
