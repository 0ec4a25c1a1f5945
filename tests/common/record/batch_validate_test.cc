#include "common/record/batch_validate.h"

#include "common/base/varint.h"
#include "common/record/compression.h"
#include "tests/common/record/support.h"

using namespace leat;
using namespace leat::record;

namespace {

Verdict produced(ByteView batch, ValidateOptions options = {}) {
  return validate(batch, options);
}

Verdict stored(ByteView batch) {
  ValidateOptions options;
  options.source = BatchSource::kStored;
  return validate(batch, options);
}

// Records by hand: length, attributes, timestamp delta, offset delta, null key, value, no headers.
Bytes record_bytes(std::int64_t offset_delta, std::string_view value = "v") {
  Bytes body{std::byte{0}, std::byte{0}};
  append_varint(body, offset_delta);
  append_varint(body, -1);
  append_varint(body, static_cast<std::int64_t>(value.size()));
  append(body, as_bytes(value));
  append_varint(body, 0);
  Bytes record;
  append_varint(record, static_cast<std::int64_t>(body.size()));
  append(record, body);
  return record;
}

Bytes records_bytes(std::initializer_list<std::int64_t> deltas) {
  Bytes all;
  for (const auto d : deltas) append(all, record_bytes(d));
  return all;
}

// The same records plain and in each codec must get the same verdict.
void check_all_codecs(ByteView records, std::int32_t count, Violation expected,
                      BatchSource source = BatchSource::kProduced,
                      std::int32_t last_offset_delta = -1) {
  ValidateOptions options;
  options.source = source;
  CHECK(to_string(validate(wrap(records, count, Compression::kNone, last_offset_delta), options)
                      .violation) == to_string(expected));
  for (const auto c : kCodecs) {
    const Bytes batch = wrap(compress(c, {}, records), count, c, last_offset_delta);
    CHECK(to_string(validate(batch, options).violation) == to_string(expected));
  }
}

}  // namespace

TEST_CASE("Kafka's batches are sound in every codec", "[unit]") {
  for (const char* name : {"none", "gzip", "snappy", "lz4", "zstd", "transactional"}) {
    const Verdict v = produced(golden(name));
    INFO(name << ": " << v.text);
    CHECK(v.ok());
    CHECK(v.info.max_timestamp == kGoldenTime + 5);
    CHECK(v.info.max_timestamp_offset_delta == 1);
    CHECK(v.info.header_max_timestamp_exact);
    CHECK(v.info.null_keys == 1);
    CHECK(v.info.null_values == 1);
    CHECK(v.info.uncompressed_bytes == golden("none").size() - kBatchHeaderSize);
  }
  for (const char* name : {"large-gzip", "large-snappy", "large-lz4", "large-zstd"}) {
    const Verdict v = produced(golden(name));
    CHECK(v.ok());
    CHECK(v.info.uncompressed_bytes > 200'000);
  }
}

TEST_CASE("what Kafka's cleaner leaves behind is sound in a log and refused from a producer",
          "[unit]") {
  for (const char* name :
       {"compacted-none", "compacted-gzip", "compacted-snappy", "compacted-lz4", "compacted-zstd",
        "emptied", "delete-horizon", "commit-marker", "abort-marker", "log-append-time"}) {
    INFO(name);
    CHECK(stored(golden(name)).ok());
    CHECK_FALSE(produced(golden(name)).ok());
  }
  const Verdict v = stored(golden("log-append-time"));
  CHECK(v.info.max_timestamp == kGoldenTime + 99);
  CHECK(v.info.max_timestamp_offset_delta == 4);
}

TEST_CASE("a batch cut at any byte is refused, and so is one byte more", "[unit]") {
  for (const char* name : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    Bytes batch = golden(name);
    for (std::size_t cut = 0; cut < batch.size(); ++cut)
      REQUIRE(produced(ByteView(batch).first(cut)).violation == Violation::kTooShort);
    batch.push_back(std::byte{0});
    CHECK(produced(batch).violation == Violation::kTrailingBytes);
  }
}

TEST_CASE("a batch whose records are cut at any byte is refused though its checksum is right",
          "[unit]") {
  for (const char* name : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    const Bytes whole = golden(name);
    const BatchHeader header = *parse_header(whole);
    for (std::size_t cut = kBatchHeaderSize; cut < whole.size(); ++cut) {
      Bytes batch(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut));
      write_header(batch, header);
      REQUIRE_FALSE(produced(batch).ok());
      REQUIRE_FALSE(stored(batch).ok());
    }
  }
}

TEST_CASE("any flipped byte under the checksum is found by it", "[unit]") {
  Bytes batch = batch_of(3);
  for (std::size_t at = kCrcAt; at < batch.size(); ++at) {
    batch[at] ^= std::byte{0x10};
    REQUIRE(produced(batch).violation == Violation::kBadCrc);
    batch[at] ^= std::byte{0x10};
  }
  ValidateOptions options;
  options.check_crc = false;
  store_be(batch.data() + kCrcAt, 1);
  CHECK(produced(batch, options).ok());
}

TEST_CASE("the length field decides before the checksum does", "[unit]") {
  CHECK(produced({}).violation == Violation::kTooShort);
  CHECK(produced(Bytes(3)).violation == Violation::kTooShort);
  CHECK(produced(Bytes(61)).violation == Violation::kBadLength);
  Bytes batch = batch_of(1);
  store_be<std::int32_t>(batch.data() + kBatchLengthAt, -5);
  CHECK(produced(batch).violation == Violation::kBadLength);
  store_be<std::int32_t>(batch.data() + kBatchLengthAt, kMinBatchLength - 1);
  CHECK(produced(batch).violation == Violation::kBadLength);
  store_be<std::int32_t>(batch.data() + kBatchLengthAt, INT32_MAX);
  CHECK(produced(batch).violation == Violation::kTooShort);
}

TEST_CASE("two batches are not one", "[unit]") {
  Bytes two = batch_of(1);
  append(two, batch_of(1));
  CHECK(produced(two).violation == Violation::kTrailingBytes);
}

TEST_CASE("another magic is refused by name", "[unit]") {
  const Verdict v = produced(with_field<std::int8_t>(batch_of(1), kMagicAt, 1));
  CHECK(v.violation == Violation::kBadMagic);
  CHECK(v.text == "magic 1 instead of 2");
}

TEST_CASE("a produced batch begins at offset 0, a stored one anywhere", "[unit]") {
  Bytes batch = batch_of(2);
  patch_base_offset(batch, Offset{7});
  CHECK(produced(batch).violation == Violation::kBadBaseOffset);
  CHECK(stored(batch).ok());
  patch_base_offset(batch, Offset{-1});
  CHECK(stored(batch).violation == Violation::kBadBaseOffset);
  patch_base_offset(batch, Offset{INT64_MAX});
  CHECK(stored(batch).violation == Violation::kBadBaseOffset);
}

TEST_CASE("the record count is the number of records", "[unit]") {
  const Bytes three = records_bytes({0, 1, 2});
  check_all_codecs(three, 3, Violation::kNone);
  check_all_codecs(three, 2, Violation::kBadCount);
  check_all_codecs(three, 4, Violation::kBadCount);
  check_all_codecs(three, INT32_MAX, Violation::kBadCount);
  const Bytes batch = batch_of(2);
  CHECK(produced(with_field<std::int32_t>(batch, kRecordCountAt, 0)).violation ==
        Violation::kBadCount);
  CHECK(stored(with_field<std::int32_t>(batch, kRecordCountAt, -1)).violation ==
        Violation::kBadCount);
}

TEST_CASE("a produced batch's offsets are consecutive and end where the header says", "[unit]") {
  check_all_codecs(records_bytes({0, 2, 3}), 3, Violation::kBadOffsetDeltas);
  check_all_codecs(records_bytes({1, 2}), 2, Violation::kBadOffsetDeltas);
  check_all_codecs(records_bytes({0, 0}), 2, Violation::kBadOffsetDeltas);
  check_all_codecs(records_bytes({0, 1}), 2, Violation::kBadOffsetDeltas, BatchSource::kProduced,
                   5);
  CHECK(produced(with_field<std::int32_t>(batch_of(2), kLastOffsetDeltaAt, -1)).violation ==
        Violation::kBadOffsetDeltas);
  const Verdict v = produced(wrap(records_bytes({0, 1, 7}), 3));
  CHECK(v.record_index == 2);
  CHECK(v.text == "record 2 has offset delta 7");
}

TEST_CASE("a stored batch's offsets rise within the header's range", "[unit]") {
  check_all_codecs(records_bytes({2, 5}), 2, Violation::kNone, BatchSource::kStored, 9);
  check_all_codecs(records_bytes({2, 9}), 2, Violation::kNone, BatchSource::kStored, 9);
  check_all_codecs(records_bytes({2, 10}), 2, Violation::kBadOffsetDeltas, BatchSource::kStored, 9);
  check_all_codecs(records_bytes({5, 5}), 2, Violation::kBadOffsetDeltas, BatchSource::kStored, 9);
  check_all_codecs(records_bytes({-1, 5}), 2, Violation::kBadOffsetDeltas, BatchSource::kStored, 9);
  check_all_codecs(records_bytes({0, 1}), 2, Violation::kBadOffsetDeltas, BatchSource::kStored, 0);
  check_all_codecs({}, 0, Violation::kNone, BatchSource::kStored, 9);
}

TEST_CASE("a producer id comes with an epoch and a sequence, a transaction with a producer id",
          "[unit]") {
  BuildOptions options;
  options.producer_id = ProducerId{5};
  options.producer_epoch = ProducerEpoch{0};
  options.base_sequence = 0;
  CHECK(produced(batch_of(1, options)).ok());
  BuildOptions broken = options;
  broken.base_sequence = -1;
  CHECK(produced(batch_of(1, broken)).violation == Violation::kBadProducerFields);
  broken = options;
  broken.producer_epoch = ProducerEpoch{-1};
  CHECK(produced(batch_of(1, broken)).violation == Violation::kBadProducerFields);
  broken = options;
  broken.producer_id = ProducerId{-2};
  CHECK(produced(batch_of(1, broken)).violation == Violation::kBadProducerFields);
  broken = {};
  broken.transactional = true;
  CHECK(produced(batch_of(1, broken)).violation == Violation::kBadProducerFields);
  broken = {};
  broken.base_sequence = 0;  // some clients leave it so
  CHECK(produced(batch_of(1, broken)).ok());
}

TEST_CASE("a client writes neither control batches nor delete horizons nor append times",
          "[unit]") {
  CHECK(produced(golden("commit-marker")).violation == Violation::kControlBatch);
  const Bytes batch = batch_of(1);
  CHECK(produced(with_field(batch, kAttributesAt, kDeleteHorizonBit)).violation ==
        Violation::kControlBatch);
  CHECK(produced(with_field(batch, kAttributesAt, kTimestampTypeBit)).violation ==
        Violation::kTimestampType);
}

TEST_CASE("a record whose sizes disagree is refused and named", "[unit]") {
  // A sound record is: length 7, attributes, timestamp, offset, key -1, value length 1, 'v',
  // headers 0.
  const Bytes good = record_bytes(0);
  REQUIRE(good.size() == 8);
  struct Case {
    std::size_t at;
    std::int64_t value;
  };
  for (const auto& [at, value] :
       {Case{0, 8}, Case{0, 6}, Case{0, 0}, Case{0, -1}, Case{4, 1}, Case{4, 50}, Case{4, -2},
        Case{5, 0}, Case{5, 2}, Case{5, -2}, Case{7, 1}, Case{7, -1}, Case{7, 60}}) {
    Bytes record = good;
    Bytes encoded;
    append_varint(encoded, value);
    REQUIRE(encoded.size() == 1);
    record[at] = encoded[0];
    INFO("byte " << at << " = " << value);
    check_all_codecs(record, 1, Violation::kBadRecord);
  }
  Bytes two = good;
  append(two, record_bytes(1));
  two[two.size() - 3] = std::byte{0x7f};
  const Verdict v = produced(wrap(two, 2));
  CHECK(v.violation == Violation::kBadRecord);
  CHECK(v.record_index == 1);
  CHECK_THAT(v.text, ContainsSubstring("record 1"));
}

TEST_CASE("header names may not be null and a number may not be longer than its type", "[unit]") {
  const auto record = [](std::initializer_list<int> tail) {
    Bytes body{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}, std::byte{1}};
    for (const int b : tail) body.push_back(static_cast<std::byte>(b));
    Bytes out;
    append_varint(out, static_cast<std::int64_t>(body.size()));
    append(out, body);
    return out;
  };
  check_all_codecs(record({2, 0, 1}), 1, Violation::kNone);       // "" -> null
  check_all_codecs(record({2, 1, 1}), 1, Violation::kBadRecord);  // null name
  check_all_codecs(record({2, 0, 3}), 1, Violation::kBadRecord);  // value length -2
  check_all_codecs(record({0x80, 0x80, 0x80, 0x80, 0x00}), 1, Violation::kNone);
  check_all_codecs(record({0x80, 0x80, 0x80, 0x80, 0x10}), 1, Violation::kBadRecord);
  check_all_codecs(record({0x80, 0x80, 0x80, 0x80, 0x80, 0x00}), 1, Violation::kBadRecord);
}

TEST_CASE("records longer than the window are checked as strictly as short ones", "[unit]") {
  const std::string value(300'000, 'x');
  Bytes records = record_bytes(0, value);
  append(records, record_bytes(1));
  check_all_codecs(records, 2, Violation::kNone);
  Bytes cut(records.begin(), records.begin() + 200'000);
  check_all_codecs(cut, 1, Violation::kBadRecord);
  Bytes longer = records;
  longer[longer.size() - 9] = std::byte{2};  // the long record's header count
  check_all_codecs(longer, 2, Violation::kBadRecord);
  // A value that claims more than its record has.
  Bytes body{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}};
  append_varint(body, 400'000);
  append(body, as_bytes(value));
  Bytes liar;
  append_varint(liar, static_cast<std::int64_t>(body.size()));
  append(liar, body);
  append(liar, as_bytes(value));
  check_all_codecs(liar, 1, Violation::kBadRecord);
}

TEST_CASE("codecs 5 to 7 do not exist", "[unit]") {
  for (std::uint16_t codec = 5; codec <= 7; ++codec)
    CHECK(produced(with_field(batch_of(1), kAttributesAt, codec)).violation ==
          Violation::kUnknownCompression);
}

TEST_CASE("damaged compressed bytes are refused as such", "[unit]") {
  for (const auto c : kCodecs) {
    const Bytes garbage(100, std::byte{0xee});
    CHECK(produced(wrap(garbage, 1, c)).violation == Violation::kDecompression);
    CHECK(produced(wrap({}, 1, c)).violation == Violation::kDecompression);
  }
}

TEST_CASE("more uncompressed bytes than allowed are refused, exactly so many are not", "[unit]") {
  for (const char* name : {"gzip", "snappy", "lz4", "zstd"}) {
    ValidateOptions options;
    options.max_uncompressed_bytes = golden("none").size() - kBatchHeaderSize;
    CHECK(produced(golden(name), options).ok());
    --options.max_uncompressed_bytes;
    CHECK(produced(golden(name), options).violation == Violation::kTooLargeUncompressed);
  }
  ValidateOptions options;
  options.max_uncompressed_bytes = 1;
  CHECK(produced(golden("none"), options).ok());
}

TEST_CASE("a batch that would take long is deferred and sound when run again", "[unit]") {
  for (const char* name : {"large-gzip", "large-snappy", "large-lz4", "large-zstd"}) {
    ValidateOptions options;
    options.defer_above_bytes = 70'000;
    CHECK(produced(golden(name), options).violation == Violation::kDeferred);
    options.defer_above_bytes = 1'000'000;
    CHECK(produced(golden(name), options).ok());
  }
}

TEST_CASE("records without a key are all listed when keys are required", "[unit]") {
  BatchBuilder builder;
  for (int i = 0; i < 6; ++i) {
    const auto key = i % 2 == 0 ? std::optional<ByteView>() : std::optional(as_bytes("k"));
    builder.add(i, key, as_bytes("v"));
  }
  for (const auto c : {Compression::kNone, Compression::kZstd}) {
    BatchBuilder copy = builder;
    BuildOptions build;
    build.compression = c;
    const Bytes batch = copy.build(build);
    CHECK(produced(batch).ok());
    ValidateOptions options;
    options.require_keys = true;
    const Verdict v = produced(batch, options);
    CHECK(v.violation == Violation::kMissingKey);
    CHECK(v.record_index == 0);
    REQUIRE(v.faults.size() == 3);
    CHECK(v.faults[0].index == 0);
    CHECK(v.faults[1].index == 2);
    CHECK(v.faults[2].index == 4);
    CHECK(v.faults[2].violation == Violation::kMissingKey);
    CHECK(v.info.null_keys == 3);
  }
}

TEST_CASE("the list of refused records is bounded", "[unit]") {
  BatchBuilder builder;
  for (int i = 0; i < 5000; ++i) builder.add(i, std::nullopt, std::nullopt);
  ValidateOptions options;
  options.require_keys = true;
  const Verdict v = produced(builder.build({}), options);
  CHECK(v.faults.size() == kMaxRecordFaults);
  CHECK(v.info.null_keys == 5000);
}

TEST_CASE("timestamps outside the bounds are listed, -1 never is", "[unit]") {
  BatchBuilder builder;
  for (const std::int64_t t : {1000, 899, 900, 1100, 1101, -1, 0})
    builder.add(t, std::nullopt, std::nullopt);
  ValidateOptions options;
  options.now_ms = 1000;
  options.timestamp_before_max_ms = 100;
  options.timestamp_after_max_ms = 100;
  const Bytes batch = builder.build({});
  const Verdict v = produced(batch, options);
  CHECK(v.violation == Violation::kTimestamp);
  CHECK(v.text == "record 1 has timestamp 899, outside [900, 1100]");
  REQUIRE(v.faults.size() == 3);
  CHECK(v.faults[0].index == 1);
  CHECK(v.faults[1].index == 4);
  CHECK(v.faults[1].timestamp == 1101);
  CHECK(v.faults[2].index == 6);
  options.source = BatchSource::kStored;
  CHECK(validate(batch, options).ok());
}

TEST_CASE("a header maximum that is not the records' is reported, not refused", "[unit]") {
  const Verdict v = produced(with_field<std::int64_t>(batch_of(3), kMaxTimestampAt, 5));
  CHECK(v.ok());
  CHECK_FALSE(v.info.header_max_timestamp_exact);
  CHECK(v.info.max_timestamp == 1002);
  CHECK(v.info.max_timestamp_offset_delta == 2);
}

TEST_CASE("every violation has a name", "[unit]") {
  for (int i = 0; i <= static_cast<int>(Violation::kDeferred); ++i)
    CHECK_FALSE(to_string(static_cast<Violation>(i)).empty());
  CHECK(to_string(Violation::kBadCrc) == "bad crc");
  CHECK(to_string(Violation::kTimestampType) == "timestamp type");
  CHECK(to_string(Violation::kDeferred) == "deferred");
}
