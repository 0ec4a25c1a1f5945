#include "common/record/rewrite.h"

#include "common/record/batch_validate.h"
#include "tests/common/record/support.h"

using namespace leat;
using namespace leat::record;

namespace {

Verdict stored(ByteView batch) {
  ValidateOptions options;
  options.source = BatchSource::kStored;
  return validate(batch, options);
}

auto offsets(std::vector<std::int64_t> kept) {
  return [kept](const RecordView& r) {
    return std::find(kept.begin(), kept.end(), r.offset.value()) != kept.end();
  };
}

StatusOr<FilterResult> filter(ByteView batch, std::vector<std::int64_t> kept,
                              std::optional<std::int64_t> horizon = {}) {
  FilterOptions options;
  options.delete_horizon_ms = horizon;
  return filter_batch(batch, offsets(std::move(kept)), options);
}

}  // namespace

TEST_CASE("log append time gives every record the broker's time", "[unit]") {
  for (const char* name : {"none", "zstd"}) {
    Bytes batch = golden(name);
    set_log_append_time(batch, kGoldenTime + 99);
    CHECK(stored(batch).ok());
    CHECK(dump(batch) == dump(golden("log-append-time")));
    CHECK(parse_header(batch)->base_timestamp == kGoldenTime);
  }
}

TEST_CASE("a wrong header maximum is put right", "[unit]") {
  Bytes batch = with_field<std::int64_t>(golden("gzip"), kMaxTimestampAt, 0);
  set_max_timestamp(batch, kGoldenTime + 5);
  CHECK(batch == golden("gzip"));
}

TEST_CASE("another codec keeps offsets, times, producer fields and the batch's place", "[unit]") {
  Bytes source = golden("transactional");
  patch_base_offset(source, Offset{500});
  patch_leader_epoch(source, LeaderEpoch{4});
  for (const auto target : kCodecs) {
    const auto packed = recompress(source, target, {});
    REQUIRE(packed.ok());
    CHECK(stored(*packed).ok());
    CHECK(parse_header(*packed)->compression() == target);
    CHECK(dump(*packed) == dump(source));
    const auto same = recompress(*packed, target, {});
    CHECK(*same == *packed);
    const auto back = recompress(*packed, Compression::kNone, {});
    CHECK(*back == source);
  }
}

TEST_CASE("recompression stops at the limit and at damage", "[unit]") {
  CHECK(recompress(golden("gzip"), Compression::kZstd, {}, 100).status().code() ==
        StatusCode::kResourceExhausted);
  CHECK(is_corruption(recompress(Bytes(80), Compression::kZstd, {}).status()));
  Bytes damaged = golden("gzip");
  damaged[100] ^= std::byte{0xff};
  CHECK(is_corruption(recompress(damaged, Compression::kZstd, {}).status()));
}

TEST_CASE("a filtered batch holds what Kafka's cleaner leaves", "[unit]") {
  for (const std::string codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    const auto result = filter(golden(codec), {1, 3});
    REQUIRE(result.ok());
    CHECK(result->changed);
    CHECK(result->kept == 2);
    CHECK(stored(result->batch).ok());
    const Bytes kafka = golden("compacted-" + codec);
    CHECK(dump(result->batch) == dump(kafka));
    const auto ours = parse_header(result->batch);
    const auto theirs = parse_header(kafka);
    CHECK(ours->attributes == theirs->attributes);
    CHECK(ours->last_offset_delta == theirs->last_offset_delta);
    CHECK(ours->max_timestamp == theirs->max_timestamp);
  }
}

TEST_CASE("keeping every record leaves the batch as it is", "[unit]") {
  const auto result = filter(golden("zstd"), {0, 1, 2, 3, 4});
  CHECK_FALSE(result->changed);
  CHECK(result->batch == golden("zstd"));
}

TEST_CASE("keeping no record leaves Kafka's empty batch", "[unit]") {
  const auto result = filter(golden("transactional"), {});
  CHECK(result->changed);
  CHECK(result->kept == 0);
  CHECK(result->batch == golden("emptied"));
  CHECK(parse_header(result->batch)->last_sequence() == 1);
  const auto again = filter(result->batch, {}, kGoldenTime);
  CHECK_FALSE(again->changed);
  CHECK(again->batch == result->batch);
  const auto packed = filter(golden("gzip"), {});
  CHECK(stored(packed->batch).ok());
  CHECK_FALSE(parse_header(packed->batch)->is_compressed());
}

TEST_CASE("a delete horizon is set once and moves no timestamp", "[unit]") {
  const auto result = filter(golden("none"), {0, 2, 4}, kGoldenTime + 51'000);
  CHECK(result->batch == golden("delete-horizon"));
  const auto later = filter(result->batch, {0, 2, 4}, kGoldenTime + 99'000);
  CHECK_FALSE(later->changed);
  const auto all = filter(golden("lz4"), {0, 1, 2, 3, 4}, kGoldenTime + 51'000);
  CHECK(all->changed);
  CHECK(dump(all->batch) == dump(golden("lz4")));
  CHECK(parse_header(all->batch)->delete_horizon_ms() == kGoldenTime + 51'000);
}

TEST_CASE("a bare header with codec bits holds nothing to unpack", "[unit]") {
  const Bytes bare = with_field<std::uint16_t>(golden("emptied"), kAttributesAt, 0x14);
  CHECK(stored(bare).ok());
  CHECK(dump(bare).empty());
  CHECK(*recompress(bare, Compression::kGzip, {}) == bare);
  CHECK(filter(bare, {0})->batch == bare);
}

TEST_CASE("filtering refuses a damaged batch", "[unit]") {
  Bytes damaged = batch_of(3);
  damaged.back() = std::byte{9};
  CHECK(is_corruption(filter(damaged, {0}).status()));
}
