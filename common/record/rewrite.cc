#include "common/record/rewrite.h"

#include <algorithm>
#include <utility>

#include "common/base/check.h"
#include "common/base/crc32c.h"
#include "common/base/varint.h"
#include "common/record/batch_builder.h"
#include "common/record/record_parser.h"

namespace leat::record {
namespace {

void set_max_and_attributes(MutableByteView batch, std::int64_t max_timestamp,
                            std::uint16_t attributes) {
  LEAT_CHECK(batch.size() >= kBatchHeaderSize);
  store_be(batch.data() + kAttributesAt, attributes);
  store_be(batch.data() + kMaxTimestampAt, max_timestamp);
  store_be(batch.data() + kCrcAt, crc32c(batch.subspan(kAttributesAt)));
}

std::uint16_t with_compression(std::uint16_t attributes, Compression c) {
  return static_cast<std::uint16_t>((attributes & ~kCompressionMask) | static_cast<unsigned>(c));
}

// Header space, then `records` in the header's codec.
Bytes assemble(const BatchHeader& header, CompressionLevel level, ByteView records) {
  Bytes out(kBatchHeaderSize);
  if (header.is_compressed()) {
    append(out, compress(header.compression(), level, records));
  } else {
    append(out, records);
  }
  write_header(out, header);
  return out;
}

// The same record with its timestamp delta moved by `shift`; `raw` is a sound record.
void append_shifted(Bytes& out, ByteView raw, std::uint64_t shift) {
  MemoryCursor in(raw.data(), raw.data() + raw.size());
  std::int32_t length = 0;
  std::int64_t delta = 0;
  const std::byte* attributes = nullptr;
  LEAT_CHECK(in.varint32(length) && in.take(1, attributes) && in.varint64(delta));
  const auto shifted = static_cast<std::int64_t>(static_cast<std::uint64_t>(delta) + shift);
  append_varint(out, static_cast<std::int64_t>(1 + varint_size(shifted) + in.left()));
  out.push_back(*attributes);
  append_varint(out, shifted);
  append(out, {in.position(), in.left()});
}

// What is left of a batch whose records are all gone.
Bytes empty_batch(BatchHeader header) {
  header.attributes = with_compression(header.attributes, Compression::kNone);
  header.attributes &= static_cast<std::uint16_t>(~kDeleteHorizonBit);
  header.base_timestamp = kNoTimestamp;
  header.record_count = 0;
  return assemble(header, {}, {});
}

}  // namespace

void set_log_append_time(MutableByteView batch, std::int64_t now_ms) {
  const BatchHeader header = load_header(batch);
  set_max_and_attributes(batch, now_ms,
                         static_cast<std::uint16_t>(header.attributes | kTimestampTypeBit));
}

void set_max_timestamp(MutableByteView batch, std::int64_t max_timestamp) {
  set_max_and_attributes(batch, max_timestamp, load_header(batch).attributes);
}

StatusOr<Bytes> recompress(ByteView batch, Compression target, CompressionLevel level,
                           std::uint64_t max_uncompressed) {
  auto header = parse_header(batch);
  if (!header || header->size_in_bytes() != batch.size()) return corruption("not a whole batch");
  if (header->compression() == target || header->is_bare())
    return Bytes(batch.begin(), batch.end());
  const ByteView packed = batch.subspan(kBatchHeaderSize);
  Bytes unpacked;
  if (header->is_compressed()) {
    ASSIGN_OR_RETURN(unpacked, decompress(header->compression(), packed, max_uncompressed));
  }
  const ByteView records = header->is_compressed() ? ByteView(unpacked) : packed;
  header->attributes = with_compression(header->attributes, target);
  return assemble(*header, level, records);
}

StatusOr<FilterResult> filter_batch(ByteView batch,
                                    const std::function<bool(const RecordView&)>& keep,
                                    const FilterOptions& options) {
  ASSIGN_OR_RETURN(RecordReader reader, RecordReader::open(batch, options.max_uncompressed));
  BatchHeader header = reader.header();
  std::uint64_t shift = 0;
  const bool mark = options.delete_horizon_ms && !header.delete_horizon_ms();
  if (mark) {
    shift = static_cast<std::uint64_t>(header.base_timestamp) -
            static_cast<std::uint64_t>(*options.delete_horizon_ms);
    header.base_timestamp = *options.delete_horizon_ms;
    header.attributes |= kDeleteHorizonBit;
  }
  Bytes records;
  std::int32_t kept = 0;
  std::int64_t max_timestamp = kNoTimestamp;
  RecordView record;
  while (reader.next(record)) {
    if (!keep(record)) continue;
    ++kept;
    max_timestamp = std::max(max_timestamp, record.timestamp);
    if (mark) {
      append_shifted(records, reader.raw_record(), shift);
    } else {
      append(records, reader.raw_record());
    }
  }
  RETURN_IF_ERROR(reader.status());
  const bool all = kept == reader.header().record_count;
  if (all && (!mark || kept == 0)) {
    const ByteView whole = batch.first(reader.header().size_in_bytes());
    return FilterResult{Bytes(whole.begin(), whole.end()), kept, false};
  }
  if (kept == 0) return FilterResult{empty_batch(reader.header()), 0, true};
  header.record_count = kept;
  if (header.timestamp_type() == TimestampType::kCreateTime) header.max_timestamp = max_timestamp;
  return FilterResult{assemble(header, options.level, records), kept, true};
}

}  // namespace leat::record
