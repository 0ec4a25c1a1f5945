#include <cstdint>

#include "common/base/check.h"
#include "common/base/crc32c.h"
#include "common/record/batch_validate.h"
#include "common/record/control_record.h"
#include "common/record/record_reader.h"
#include "common/record/rewrite.h"

// What must hold for any bytes:
//   - a batch that validate() finds sound is read whole by RecordReader, record by record;
//   - what is sound for a producer is sound in a log;
//   - filtered and recompressed, it is sound in a log still;
//   - nothing crashes, and nothing decompresses beyond the limit.
namespace {

using namespace leat;
using namespace leat::record;

constexpr std::uint64_t kMaxUncompressed = 1u << 20;

Verdict check(ByteView batch, BatchSource source) {
  ValidateOptions options;
  options.source = source;
  options.require_keys = source == BatchSource::kStored && batch.size() % 2 == 1;
  options.max_uncompressed_bytes = kMaxUncompressed;
  Verdict v = validate(batch, options);
  LEAT_CHECK(v.ok() == v.text.empty());
  LEAT_CHECK(v.info.uncompressed_bytes <= kMaxUncompressed || !v.header.is_compressed());
  if (v.violation == Violation::kMissingKey) v.violation = Violation::kNone;
  return v;
}

void read_whole(ByteView batch, const Verdict& v) {
  auto reader = RecordReader::open(batch, kMaxUncompressed);
  LEAT_CHECK(reader.ok(), "{}", describe(reader.status()));
  std::int32_t count = 0;
  std::int32_t null_keys = 0;
  std::int64_t max_timestamp = kNoTimestamp;
  RecordView record;
  while (reader->next(record)) {
    ++count;
    null_keys += !record.key.has_value();
    max_timestamp = std::max(max_timestamp, record.timestamp);
    LEAT_CHECK(record.offset <= v.header.last_offset());
    static_cast<void>(parse_end_txn_marker(record));
  }
  LEAT_CHECK(reader->status().ok(), "{}", describe(reader->status()));
  LEAT_CHECK(count == v.header.record_count);
  LEAT_CHECK(null_keys == v.info.null_keys);
  if (v.header.timestamp_type() == TimestampType::kCreateTime)
    LEAT_CHECK(max_timestamp == v.info.max_timestamp);
}

void rewrite(ByteView batch) {
  FilterOptions options;
  options.delete_horizon_ms = 1;
  options.max_uncompressed = kMaxUncompressed;
  const auto kept =
      filter_batch(batch, [](const RecordView& r) { return r.offset.value() % 3 != 0; }, options);
  LEAT_CHECK(kept.ok());
  LEAT_CHECK(check(kept->batch, BatchSource::kStored).ok());
  const auto packed = recompress(batch, Compression::kLz4, {}, kMaxUncompressed);
  LEAT_CHECK(packed.ok());
  LEAT_CHECK(check(*packed, BatchSource::kStored).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes batch(reinterpret_cast<const std::byte*>(data),
              reinterpret_cast<const std::byte*>(data) + size);
  BatchIterator it(batch);
  while (it.next()) LEAT_CHECK(it.bytes().size() >= kBatchHeaderSize);
  if (batch.size() >= kBatchHeaderSize) {
    // The fuzzer cannot guess checksums, so it is given the right length and checksum.
    store_be(batch.data() + kBatchLengthAt, static_cast<std::int32_t>(batch.size() - kLogOverhead));
    batch[kMagicAt] = std::byte{kMagic};
    store_be(batch.data() + kCrcAt, crc32c(ByteView(batch).subspan(kAttributesAt)));
  }
  const bool produced = check(batch, BatchSource::kProduced).ok();
  const Verdict stored = check(batch, BatchSource::kStored);
  LEAT_CHECK(!produced || stored.ok(), "{}", stored.text);
  if (!stored.ok()) {
    auto reader = RecordReader::open(batch, kMaxUncompressed);
    RecordView record;
    while (reader.ok() && reader->next(record)) {
    }
    return 0;
  }
  read_whole(batch, stored);
  rewrite(batch);
  return 0;
}
