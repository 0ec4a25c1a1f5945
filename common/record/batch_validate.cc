#include "common/record/batch_validate.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "common/base/check.h"
#include "common/base/crc32c.h"
#include "common/record/compression.h"
#include "common/record/record_parser.h"
#include "common/record/record_stream.h"

namespace leat::record {
namespace {

constexpr std::array<std::string_view, 18> kViolationNames = {"sound",
                                                              "too short",
                                                              "bad length",
                                                              "trailing bytes",
                                                              "bad magic",
                                                              "bad crc",
                                                              "bad base offset",
                                                              "bad count",
                                                              "bad offset deltas",
                                                              "bad producer fields",
                                                              "control batch",
                                                              "bad record",
                                                              "unknown compression",
                                                              "decompression",
                                                              "too large uncompressed",
                                                              "missing key",
                                                              "timestamp out of range",
                                                              "timestamp type"};
static_assert(kViolationNames.size() == static_cast<std::size_t>(Violation::kDeferred));

// The smallest length field of any version: below it nothing can be told of the bytes at all.
constexpr std::int32_t kMinAnyLength = 14;

using Limits = std::numeric_limits<std::int64_t>;

// now_ms + distance, where distance at either end of the type means "no bound".
std::int64_t bound(std::int64_t now_ms, std::int64_t distance) {
  if (distance == Limits::max()) return Limits::max();
  if (distance == -Limits::max()) return Limits::min();
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(now_ms, distance, &sum)) return sum;
  return distance > 0 ? Limits::max() : Limits::min();
}

class Validator {
 public:
  Validator(ByteView batch, const ValidateOptions& options) : batch_(batch), options_(options) {}

  Verdict run() && {
    if (check_frame() && check_header() && check_produced()) check_records();
    return std::move(verdict_);
  }

 private:
  const BatchHeader& header() const { return verdict_.header; }
  bool produced() const { return options_.source == BatchSource::kProduced; }

  bool refuse(Violation v, std::string text) {
    verdict_.violation = v;
    verdict_.text = std::move(text);
    return false;
  }
  bool refuse_record(Violation v, std::int32_t index, std::string_view what) {
    verdict_.record_index = index;
    return refuse(v, fmt::format("record {} {}", index, what));
  }

  bool check_frame();
  bool check_header();
  bool check_produced();
  bool check_records();
  bool walk_memory(ByteView records);
  bool walk_stream(ByteView compressed);
  bool stream_failed(const RecordStream& stream);
  [[gnu::always_inline]] bool check_record(const RecordShape& shape);
  bool check_record_rules(std::int64_t timestamp, bool null_key);
  bool finish(std::uint64_t record_bytes);

  ByteView batch_;
  const ValidateOptions& options_;
  Verdict verdict_;

  // The walk.
  std::int32_t index_ = 0;
  std::int32_t last_delta_ = -1;
  bool keys_required_ = false;
  bool create_time_ = true;
  std::int64_t earliest_ = 0;
  std::int64_t latest_ = 0;
};

// Everything that must hold before a header field means anything.
bool Validator::check_frame() {
  if (batch_.size() < kLogOverhead)
    return refuse(Violation::kTooShort, fmt::format("{} bytes are no batch", batch_.size()));
  const auto length = load_be<std::int32_t>(batch_.data() + kBatchLengthAt);
  if (length < kMinAnyLength)
    return refuse(Violation::kBadLength, fmt::format("batch length {}", length));
  if (batch_.size() <= kMagicAt)
    return refuse(Violation::kTooShort, fmt::format("{} bytes are no batch", batch_.size()));
  const auto magic = static_cast<std::int8_t>(batch_[kMagicAt]);
  if (magic != kMagic)
    return refuse(Violation::kBadMagic, fmt::format("magic {} instead of {}", magic, kMagic));
  if (length < kMinBatchLength)
    return refuse(Violation::kBadLength, fmt::format("batch length {}", length));
  const std::size_t size = kLogOverhead + static_cast<std::size_t>(length);
  if (size > batch_.size())
    return refuse(Violation::kTooShort,
                  fmt::format("{} bytes of a batch of {}", batch_.size(), size));
  if (size < batch_.size())
    return refuse(Violation::kTrailingBytes,
                  fmt::format("{} bytes after the batch", batch_.size() - size));
  verdict_.header = load_header(batch_);
  return true;
}

bool Validator::check_header() {
  const BatchHeader& h = header();
  if (options_.check_crc) {
    const std::uint32_t computed = crc32c(batch_.subspan(kAttributesAt));
    if (computed != h.crc)
      return refuse(Violation::kBadCrc,
                    fmt::format("crc {:08x}, computed {:08x}", h.crc, computed));
  }
  if (h.record_count < (produced() ? 1 : 0))
    return refuse(Violation::kBadCount, fmt::format("{} records", h.record_count));
  const std::int64_t span = std::int64_t{h.last_offset_delta} + 1;
  if (span <= 0 || (produced() ? span != h.record_count : span < h.record_count))
    return refuse(Violation::kBadOffsetDeltas, fmt::format("{} records, last offset delta {}",
                                                           h.record_count, h.last_offset_delta));
  if (!parse_header(batch_))
    return refuse(Violation::kBadBaseOffset, fmt::format("base offset {}", h.base_offset));
  if (!h.has_known_compression())
    return refuse(Violation::kUnknownCompression,
                  fmt::format("compression codec {}", h.attributes & kCompressionMask));
  return true;
}

// What only a producer's batch must obey.
bool Validator::check_produced() {
  if (!produced()) return true;
  const BatchHeader& h = header();
  if (h.base_offset.value() != 0)
    return refuse(Violation::kBadBaseOffset, fmt::format("base offset {}, not 0", h.base_offset));
  if (h.is_control()) return refuse(Violation::kControlBatch, "a control batch from a client");
  if (h.delete_horizon_ms())
    return refuse(Violation::kControlBatch, "a delete horizon from a client");
  if (h.timestamp_type() == TimestampType::kLogAppendTime)
    return refuse(Violation::kTimestampType, "log append time set by a client");
  const bool idempotent = h.producer_id.value() != kNoProducerId.value();
  const bool fields_fit = idempotent ? h.producer_id.value() >= 0 &&
                                           h.producer_epoch.value() >= 0 && h.base_sequence >= 0
                                     : !h.is_transactional();
  if (!fields_fit)
    return refuse(
        Violation::kBadProducerFields,
        fmt::format("producer id {}, epoch {}, base sequence {}{}", h.producer_id, h.producer_epoch,
                    h.base_sequence, h.is_transactional() ? ", transactional" : ""));
  return true;
}

bool Validator::check_records() {
  const BatchHeader& h = header();
  keys_required_ = options_.require_keys && !h.is_control();
  create_time_ = h.timestamp_type() == TimestampType::kCreateTime;
  const bool bounded = produced() && create_time_;
  earliest_ = bounded ? bound(options_.now_ms, -options_.timestamp_before_max_ms) : Limits::min();
  latest_ = bounded ? bound(options_.now_ms, options_.timestamp_after_max_ms) : Limits::max();
  const ByteView records = batch_.subspan(kBatchHeaderSize);
  return h.is_compressed() ? walk_stream(records) : walk_memory(records);
}

bool Validator::walk_memory(ByteView records) {
  const std::int32_t count = header().record_count;
  MemoryCursor in(records.data(), records.data() + records.size());
  IgnoreContents ignore;
  for (; index_ < count; ++index_) {
    std::int32_t length = 0;
    const std::byte* body = nullptr;
    if (in.at_end())
      return refuse(Violation::kBadCount, fmt::format("{} of {} records", index_, count));
    if (!in.varint32(length) || length < 0 || !in.take(static_cast<std::size_t>(length), body))
      return refuse_record(Violation::kBadRecord, index_, "runs past the end of the batch");
    MemoryCursor contents(body, body + length);
    RecordShape shape;
    if (const char* fault = parse_record(contents, shape, ignore)) [[unlikely]]
      return refuse_record(Violation::kBadRecord, index_, fault);
    if (!check_record(shape)) [[unlikely]]
      return false;
  }
  if (!in.at_end())
    return refuse(Violation::kBadCount,
                  fmt::format("{} bytes after the last of {} records", in.left(), count));
  return finish(records.size());
}

bool Validator::walk_stream(ByteView compressed) {
  auto decompressor =
      Decompressor::open(header().compression(), compressed, options_.max_uncompressed_bytes);
  LEAT_CHECK(decompressor.ok());  // the codec is known
  RecordStream stream(**decompressor, options_.defer_above_bytes);
  const std::int32_t count = header().record_count;
  for (; index_ < count; ++index_) {
    if (!stream.fill(1) && !stream.stopped())
      return refuse(Violation::kBadCount, fmt::format("{} of {} records", index_, count));
    RecordShape shape;
    const char* fault = stream.next_record(shape);
    if (stream.stopped()) return stream_failed(stream);
    if (fault) return refuse_record(Violation::kBadRecord, index_, fault);
    if (!check_record(shape)) return false;
  }
  const bool more = stream.fill(1);
  if (stream.stopped()) return stream_failed(stream);
  if (more)
    return refuse(Violation::kBadCount, fmt::format("bytes after the last of {} records", count));
  return finish(stream.produced());
}

bool Validator::stream_failed(const RecordStream& stream) {
  verdict_.info.uncompressed_bytes = stream.produced();
  if (stream.deferred())
    return refuse(Violation::kDeferred,
                  fmt::format("more than {} bytes when decompressed", options_.defer_above_bytes));
  const bool large = stream.status().code() == StatusCode::kResourceExhausted;
  return refuse(large ? Violation::kTooLargeUncompressed : Violation::kDecompression,
                std::string(message(stream.status())));
}

bool Validator::check_record(const RecordShape& shape) {
  const bool in_order = produced() ? shape.offset_delta == index_
                                   : shape.offset_delta > last_delta_ &&
                                         shape.offset_delta <= header().last_offset_delta;
  if (!in_order) [[unlikely]]
    return refuse_record(Violation::kBadOffsetDeltas, index_,
                         fmt::format("has offset delta {}", shape.offset_delta));
  last_delta_ = shape.offset_delta;
  BatchInfo& info = verdict_.info;
  const auto timestamp =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(header().base_timestamp) +
                                static_cast<std::uint64_t>(shape.timestamp_delta));
  if (timestamp > info.max_timestamp) {
    info.max_timestamp = timestamp;
    info.max_timestamp_offset_delta = shape.offset_delta;
  }
  info.null_keys += shape.null_key;
  info.null_values += shape.null_value;
  const bool refused =
      (keys_required_ && shape.null_key) ||
      ((timestamp < earliest_ || timestamp > latest_) && timestamp != kNoTimestamp);
  if (refused && verdict_.faults.size() < kMaxRecordFaults) [[unlikely]]
    check_record_rules(timestamp, shape.null_key);
  return true;
}

// Such records are all listed, so the walk goes on.
bool Validator::check_record_rules(std::int64_t timestamp, bool null_key) {
  const Violation v = keys_required_ && null_key ? Violation::kMissingKey : Violation::kTimestamp;
  verdict_.faults.push_back({index_, v, timestamp});
  if (verdict_.faults.size() > 1) return false;
  if (v == Violation::kMissingKey) return refuse_record(v, index_, "has no key");
  return refuse_record(
      v, index_, fmt::format("has timestamp {}, outside [{}, {}]", timestamp, earliest_, latest_));
}

bool Validator::finish(std::uint64_t record_bytes) {
  BatchInfo& info = verdict_.info;
  info.uncompressed_bytes = record_bytes;
  if (create_time_) {
    info.header_max_timestamp_exact = info.max_timestamp == header().max_timestamp;
  } else {
    info.max_timestamp = header().max_timestamp;
    info.max_timestamp_offset_delta = header().last_offset_delta;
  }
  return verdict_.ok();
}

}  // namespace

std::string_view to_string(Violation v) {
  if (v == Violation::kDeferred) return "deferred";
  return kViolationNames[static_cast<std::size_t>(v)];
}

Verdict validate(ByteView batch, const ValidateOptions& options) {
  return Validator(batch, options).run();
}

}  // namespace leat::record
