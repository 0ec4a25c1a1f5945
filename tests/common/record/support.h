#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/crc32c.h"
#include "common/record/batch_builder.h"
#include "common/record/batch_view.h"
#include "tests/support/catch.h"

namespace leat::record {

inline constexpr Compression kCodecs[] = {Compression::kGzip, Compression::kSnappy,
                                          Compression::kLz4, Compression::kZstd};
// The time in the golden batches.
inline constexpr std::int64_t kGoldenTime = 1'700'000'000'000;

inline Bytes bytes_of(std::string_view s) {
  return Bytes(as_bytes(s).begin(), as_bytes(s).end());
}

inline Bytes golden(const std::string& name) {
  std::ifstream in(std::string(LEAT_SOURCE_DIR) + "/tests/common/record/golden/" + name + ".batch",
                   std::ios::binary);
  REQUIRE(in.good());
  return bytes_of(std::string(std::istreambuf_iterator<char>(in), {}));
}

// "key-i" -> "value-i" at times 1000 + i.
inline void add_records(BatchBuilder& builder, int count) {
  for (int i = 0; i < count; ++i)
    builder.add(1000 + i, as_bytes("key-" + std::to_string(i)),
                as_bytes("value-" + std::to_string(i)));
}

inline Bytes batch_of(int count, BuildOptions options = {}) {
  BatchBuilder builder;
  add_records(builder, count);
  return builder.build(options);
}

// Makes the checksum right again after a test bent the bytes.
inline Bytes resign(Bytes batch) {
  store_be(batch.data() + kCrcAt, crc32c(ByteView(batch).subspan(kAttributesAt)));
  return batch;
}

template <class T>
Bytes with_field(Bytes batch, std::size_t at, T value) {
  store_be(batch.data() + at, value);
  return resign(std::move(batch));
}

// A batch of `count` records that holds `records` as they are.
inline Bytes wrap(ByteView records, std::int32_t count, Compression c = Compression::kNone,
                  std::int32_t last_offset_delta = -1) {
  Bytes batch(kBatchHeaderSize);
  append(batch, records);
  BatchHeader header;
  header.attributes = static_cast<std::uint16_t>(c);
  header.record_count = count;
  header.last_offset_delta = last_offset_delta < 0 ? count - 1 : last_offset_delta;
  header.base_timestamp = header.max_timestamp = 0;
  write_header(batch, header);
  return batch;
}

// "offset@timestamp key=value header:value" for each record; null is "-".
inline std::vector<std::string> dump(ByteView batch) {
  const auto text = [](const std::optional<ByteView>& b) {
    if (!b) return std::string("-");
    return b->size() > 20 ? std::to_string(b->size()) + " bytes" : leat::to_string(*b);
  };
  auto reader = RecordReader::open(batch);
  REQUIRE(reader.ok());
  std::vector<std::string> lines;
  RecordView r;
  while (reader->next(r)) {
    std::string line =
        fmt::format("{}@{} {}={}", r.offset, r.timestamp, text(r.key), text(r.value));
    for (const auto& h : r.headers) line += fmt::format(" {}:{}", h.key, text(h.value));
    lines.push_back(std::move(line));
  }
  CHECK(reader->status().ok());
  return lines;
}

}  // namespace leat::record
