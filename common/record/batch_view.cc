#include "common/record/batch_view.h"

#include <limits>

#include "common/base/check.h"

namespace leat::record {

std::int32_t add_to_sequence(std::int32_t sequence, std::int32_t increment) {
  const std::int64_t sum = std::int64_t{sequence} + increment;
  constexpr std::int64_t kNumbers = std::int64_t{std::numeric_limits<std::int32_t>::max()} + 1;
  return static_cast<std::int32_t>(sum >= kNumbers ? sum - kNumbers : sum);
}

BatchHeader load_header(ByteView data) {
  LEAT_CHECK(data.size() >= kBatchHeaderSize);
  const std::byte* p = data.data();
  BatchHeader h;
  h.base_offset = Offset{load_be<std::int64_t>(p + kBaseOffsetAt)};
  h.batch_length = load_be<std::int32_t>(p + kBatchLengthAt);
  h.leader_epoch = LeaderEpoch{load_be<std::int32_t>(p + kLeaderEpochAt)};
  h.magic = static_cast<std::int8_t>(p[kMagicAt]);
  h.crc = load_be<std::uint32_t>(p + kCrcAt);
  h.attributes = load_be<std::uint16_t>(p + kAttributesAt);
  h.last_offset_delta = load_be<std::int32_t>(p + kLastOffsetDeltaAt);
  h.base_timestamp = load_be<std::int64_t>(p + kBaseTimestampAt);
  h.max_timestamp = load_be<std::int64_t>(p + kMaxTimestampAt);
  h.producer_id = ProducerId{load_be<std::int64_t>(p + kProducerIdAt)};
  h.producer_epoch = ProducerEpoch{load_be<std::int16_t>(p + kProducerEpochAt)};
  h.base_sequence = load_be<std::int32_t>(p + kBaseSequenceAt);
  h.record_count = load_be<std::int32_t>(p + kRecordCountAt);
  return h;
}

std::optional<BatchHeader> parse_header(ByteView data) {
  if (data.size() < kBatchHeaderSize) return std::nullopt;
  const BatchHeader h = load_header(data);
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const bool sound = h.magic == kMagic && h.batch_length >= kMinBatchLength &&
                     h.last_offset_delta >= 0 && h.record_count >= 0 &&
                     h.base_offset.value() >= 0 &&
                     h.base_offset.value() < kMax - h.last_offset_delta;
  if (!sound) return std::nullopt;
  return h;
}

void patch_base_offset(MutableByteView batch, Offset offset) {
  LEAT_CHECK(batch.size() >= kBatchHeaderSize);
  store_be(batch.data() + kBaseOffsetAt, offset.value());
}

void patch_leader_epoch(MutableByteView batch, LeaderEpoch epoch) {
  LEAT_CHECK(batch.size() >= kBatchHeaderSize);
  store_be(batch.data() + kLeaderEpochAt, epoch.value());
}

bool BatchIterator::next() {
  if (stop_ != Stop::kMore) return false;
  const ByteView rest = data_.subspan(position_);
  if (rest.empty()) {
    stop_ = Stop::kEnd;
    return false;
  }
  if (rest.size() < kBatchHeaderSize) {
    stop_ = Stop::kCutOff;
    return false;
  }
  const auto header = parse_header(rest);
  if (!header) {
    stop_ = Stop::kDamaged;
    return false;
  }
  if (header->size_in_bytes() > rest.size()) {
    stop_ = Stop::kCutOff;
    return false;
  }
  header_ = *header;
  bytes_ = rest.first(header_.size_in_bytes());
  position_ += bytes_.size();
  return true;
}

}  // namespace leat::record
