#include "common/record/batch_builder.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "common/base/check.h"
#include "common/base/crc32c.h"
#include "common/base/varint.h"

namespace leat::record {
namespace {

constexpr std::size_t kMaxBatch = std::numeric_limits<std::int32_t>::max();

std::int64_t length_of(const std::optional<ByteView>& bytes) {
  return bytes ? static_cast<std::int64_t>(bytes->size()) : -1;
}

std::size_t nullable_size(const std::optional<ByteView>& bytes) {
  return varint_size(length_of(bytes)) + (bytes ? bytes->size() : 0);
}

// Key, value and headers: all of a record that depends on neither offset nor timestamp.
std::size_t contents_size(const std::optional<ByteView>& key, const std::optional<ByteView>& value,
                          std::span<const HeaderView> headers) {
  std::size_t size = nullable_size(key) + nullable_size(value) +
                     varint_size(static_cast<std::int64_t>(headers.size()));
  for (const auto& h : headers) size += nullable_size(as_bytes(h.key)) + nullable_size(h.value);
  return size;
}

// Writes into room that was measured before; byte-wise growth of the vector costs three times as
// much.
class Pen {
 public:
  explicit Pen(std::byte* at) : at_(at) {}

  void varint(std::int64_t value) {
    auto raw = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
    for (; raw >= 0x80; raw >>= 7) *at_++ = static_cast<std::byte>(raw | 0x80);
    *at_++ = static_cast<std::byte>(raw);
  }
  void nullable(const std::optional<ByteView>& bytes) {
    varint(length_of(bytes));
    if (!bytes || bytes->empty()) return;
    std::memcpy(at_, bytes->data(), bytes->size());
    at_ += bytes->size();
  }
  void byte(std::byte b) { *at_++ = b; }
  const std::byte* position() const { return at_; }

 private:
  std::byte* at_;
};

}  // namespace

void write_header(MutableByteView batch, BatchHeader h) {
  LEAT_CHECK(batch.size() >= kBatchHeaderSize && batch.size() <= kMaxBatch);
  std::byte* p = batch.data();
  store_be(p + kBaseOffsetAt, h.base_offset.value());
  store_be(p + kBatchLengthAt, static_cast<std::int32_t>(batch.size() - kLogOverhead));
  store_be(p + kLeaderEpochAt, h.leader_epoch.value());
  p[kMagicAt] = static_cast<std::byte>(h.magic);
  store_be(p + kAttributesAt, h.attributes);
  store_be(p + kLastOffsetDeltaAt, h.last_offset_delta);
  store_be(p + kBaseTimestampAt, h.base_timestamp);
  store_be(p + kMaxTimestampAt, h.max_timestamp);
  store_be(p + kProducerIdAt, h.producer_id.value());
  store_be(p + kProducerEpochAt, h.producer_epoch.value());
  store_be(p + kBaseSequenceAt, h.base_sequence);
  store_be(p + kRecordCountAt, h.record_count);
  store_be(p + kCrcAt, crc32c(batch.subspan(kAttributesAt)));
}

void BatchBuilder::clear() {
  batch_.resize(kBatchHeaderSize);
  count_ = 0;
  base_timestamp_ = max_timestamp_ = kNoTimestamp;
}

std::size_t BatchBuilder::record_size_bound(std::optional<ByteView> key,
                                            std::optional<ByteView> value,
                                            std::span<const HeaderView> headers) {
  constexpr std::size_t kPrefix = kMaxVarint32Bytes + 1 + kMaxVarint64Bytes + kMaxVarint32Bytes;
  return kPrefix + contents_size(key, value, headers);
}

void BatchBuilder::add(std::int64_t timestamp, std::optional<ByteView> key,
                       std::optional<ByteView> value, std::span<const HeaderView> headers) {
  if (count_ == 0) base_timestamp_ = timestamp;
  // Wraps for timestamps more than 2^63 apart, and wraps back in the reader.
  const auto timestamp_delta = static_cast<std::int64_t>(
      static_cast<std::uint64_t>(timestamp) - static_cast<std::uint64_t>(base_timestamp_));
  const std::size_t length =
      1 + varint_size(timestamp_delta) + varint_size(count_) + contents_size(key, value, headers);
  LEAT_CHECK(length < kMaxBatch - batch_.size() - kMaxVarint32Bytes,
             "a batch of {} bytes cannot take a record of {}", batch_.size(), length);
  const std::size_t before = batch_.size();
  batch_.resize(before + varint_size(static_cast<std::int64_t>(length)) + length);
  Pen pen(batch_.data() + before);
  pen.varint(static_cast<std::int64_t>(length));
  pen.byte(std::byte{0});
  pen.varint(timestamp_delta);
  pen.varint(count_);
  pen.nullable(key);
  pen.nullable(value);
  pen.varint(static_cast<std::int64_t>(headers.size()));
  for (const auto& h : headers) {
    pen.nullable(as_bytes(h.key));
    pen.nullable(h.value);
  }
  LEAT_DCHECK(pen.position() == batch_.data() + batch_.size());
  max_timestamp_ = std::max(max_timestamp_, timestamp);
  ++count_;
}

Bytes BatchBuilder::build(const BuildOptions& options) {
  LEAT_CHECK(count_ > 0, "a batch without records");
  BatchHeader h;
  h.base_offset = options.base_offset;
  h.leader_epoch = options.leader_epoch;
  h.attributes = static_cast<std::uint16_t>(static_cast<unsigned>(options.compression) |
                                            (options.transactional ? kTransactionalBit : 0u) |
                                            (options.control ? kControlBit : 0u));
  h.last_offset_delta = count_ - 1;
  h.base_timestamp = base_timestamp_;
  h.max_timestamp = max_timestamp_;
  h.producer_id = options.producer_id;
  h.producer_epoch = options.producer_epoch;
  h.base_sequence = options.base_sequence;
  h.record_count = count_;
  Bytes out;
  if (options.compression == Compression::kNone) {
    out = std::exchange(batch_, {});
    batch_.reserve(out.size());  // the next batch is likely of this size
  } else {
    const Bytes packed =
        compress(options.compression, options.level, ByteView(batch_).subspan(kBatchHeaderSize));
    out.reserve(kBatchHeaderSize + packed.size());
    out.resize(kBatchHeaderSize);
    append(out, packed);
  }
  write_header(out, h);
  clear();
  return out;
}

}  // namespace leat::record
