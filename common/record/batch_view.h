#pragma once

#include <cstdint>
#include <optional>

#include "common/base/bytes.h"
#include "common/base/ids.h"
#include "common/record/batch_format.h"

// Reading batches without touching their records. Values throughout: every type here may be used by
// any thread, one object by one thread at a time.
namespace leat::record {

// Sequence numbers run 0..INT32_MAX and start again at 0 (KIP-98); `sequence` >= 0, `increment` >=
// 0.
std::int32_t add_to_sequence(std::int32_t sequence, std::int32_t increment);

// The 61 fixed bytes, as numbers. Nothing in it is checked but what parse_header promises.
struct BatchHeader {
  Offset base_offset{0};
  std::int32_t batch_length = kMinBatchLength;
  LeaderEpoch leader_epoch = kNoLeaderEpoch;
  std::int8_t magic = kMagic;
  std::uint32_t crc = 0;
  std::uint16_t attributes = 0;
  std::int32_t last_offset_delta = 0;
  std::int64_t base_timestamp = kNoTimestamp;
  std::int64_t max_timestamp = kNoTimestamp;
  ProducerId producer_id = kNoProducerId;
  ProducerEpoch producer_epoch{-1};
  std::int32_t base_sequence = kNoSequence;
  std::int32_t record_count = 0;

  // May be a value above kZstd: codecs nobody has defined; see has_known_compression().
  Compression compression() const {
    return static_cast<Compression>(attributes & kCompressionMask);
  }
  bool has_known_compression() const { return (attributes & kCompressionMask) <= kLastCompression; }
  // Compaction may leave a bare header, which may keep its codec bits: there is nothing to unpack.
  bool is_bare() const { return record_count == 0 && batch_length == kMinBatchLength; }
  bool is_compressed() const { return (attributes & kCompressionMask) != 0 && !is_bare(); }
  TimestampType timestamp_type() const {
    return (attributes & kTimestampTypeBit) ? TimestampType::kLogAppendTime
                                            : TimestampType::kCreateTime;
  }
  bool is_transactional() const { return (attributes & kTransactionalBit) != 0; }
  bool is_control() const { return (attributes & kControlBit) != 0; }
  // Time (wall clock ms) from which a compacted topic's cleaner may drop this batch's tombstones
  // and markers (KIP-534); nullopt until the cleaner set one.
  std::optional<std::int64_t> delete_horizon_ms() const {
    if ((attributes & kDeleteHorizonBit) == 0) return std::nullopt;
    return base_timestamp;
  }
  bool has_producer_id() const { return producer_id.value() >= 0; }

  // The whole batch, header and length field included.
  std::size_t size_in_bytes() const {
    return kLogOverhead + static_cast<std::size_t>(batch_length);
  }
  Offset last_offset() const { return base_offset + last_offset_delta; }
  Offset next_offset() const { return base_offset + (std::int64_t{last_offset_delta} + 1); }
  // Sequence of the last record, wrapped as above; -1 for a batch without sequences. Compaction
  // keeps last_offset_delta, so this survives it.
  std::int32_t last_sequence() const {
    return base_sequence < 0 ? kNoSequence : add_to_sequence(base_sequence, last_offset_delta);
  }
};

// The 61 bytes at the front of `data`, which holds at least as many; nothing is checked.
BatchHeader load_header(ByteView data);

// The header at the front of `data`, which may hold less than the whole batch or more; no CRC.
// Promises magic == 2, batch_length >= 49, last_offset_delta >= 0, record_count >= 0 and
// 0 <= base_offset <= base_offset + last_offset_delta < INT64_MAX, so that the helpers above cannot
// overflow. nullopt otherwise, or with fewer than 61 bytes.
std::optional<BatchHeader> parse_header(ByteView data);

// The two changes a batch may undergo in place: both lie before the CRC and are not covered by it.
// `batch` holds at least a header.
void patch_base_offset(MutableByteView batch, Offset offset);
void patch_leader_epoch(MutableByteView batch, LeaderEpoch epoch);

// Walks whole batches laid end to end, as a fetch response or a segment holds them. The views are
// into `data`. CRCs are not checked.
//
//   BatchIterator it(data);
//   while (it.next()) use(it.header(), it.bytes());
//   if (it.stop() == BatchIterator::Stop::kDamaged) ...
class BatchIterator {
 public:
  enum class Stop {
    kMore,     // next() has not returned false yet
    kEnd,      // every byte belonged to a whole batch
    kCutOff,   // the rest is the beginning of a batch: normal at the end of a fetch response
    kDamaged,  // the rest cannot be a batch: wrong magic, impossible length or counts
  };

  explicit BatchIterator(ByteView data) : data_(data) {}

  bool next();
  // Of the batch next() moved to.
  const BatchHeader& header() const { return header_; }
  ByteView bytes() const { return bytes_; }
  Stop stop() const { return stop_; }
  // Bytes covered by the batches seen so far.
  std::size_t position() const { return position_; }

 private:
  ByteView data_;
  ByteView bytes_;
  BatchHeader header_;
  std::size_t position_ = 0;
  Stop stop_ = Stop::kMore;
};

}  // namespace leat::record
