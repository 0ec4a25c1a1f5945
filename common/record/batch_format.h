#pragma once

#include <cstddef>
#include <cstdint>

// Where everything lies in a record batch, version 2 ("magic 2"). FORMAT.md explains it byte by
// byte; nothing else in the project defines these numbers. They are on disks and wires: do not
// change the values. Source: KIP-98, KIP-534 (delete horizon).
namespace leat::record {

inline constexpr std::size_t kBaseOffsetAt = 0;        // int64
inline constexpr std::size_t kBatchLengthAt = 8;       // int32, bytes after this field
inline constexpr std::size_t kLeaderEpochAt = 12;      // int32
inline constexpr std::size_t kMagicAt = 16;            // int8
inline constexpr std::size_t kCrcAt = 17;              // uint32, CRC-32C of kAttributesAt..end
inline constexpr std::size_t kAttributesAt = 21;       // int16
inline constexpr std::size_t kLastOffsetDeltaAt = 23;  // int32
inline constexpr std::size_t kBaseTimestampAt = 27;    // int64
inline constexpr std::size_t kMaxTimestampAt = 35;     // int64
inline constexpr std::size_t kProducerIdAt = 43;       // int64
inline constexpr std::size_t kProducerEpochAt = 51;    // int16
inline constexpr std::size_t kBaseSequenceAt = 53;     // int32
inline constexpr std::size_t kRecordCountAt = 57;      // int32
inline constexpr std::size_t kBatchHeaderSize = 61;    // the first record

// Bytes not counted by the batch length: base offset and the length itself.
inline constexpr std::size_t kLogOverhead = 12;
// The smallest legal value of the batch length field.
inline constexpr std::int32_t kMinBatchLength =
    static_cast<std::int32_t>(kBatchHeaderSize - kLogOverhead);

inline constexpr std::int8_t kMagic = 2;

inline constexpr std::uint16_t kCompressionMask = 0x07;
inline constexpr std::uint16_t kTimestampTypeBit = 0x08;  // set: log append time
inline constexpr std::uint16_t kTransactionalBit = 0x10;
inline constexpr std::uint16_t kControlBit = 0x20;
inline constexpr std::uint16_t kDeleteHorizonBit = 0x40;  // base timestamp is the delete horizon

inline constexpr std::int64_t kNoTimestamp = -1;
inline constexpr std::int32_t kNoSequence = -1;

enum class Compression : std::uint8_t { kNone = 0, kGzip = 1, kSnappy = 2, kLz4 = 3, kZstd = 4 };
inline constexpr std::uint8_t kLastCompression = 4;

enum class TimestampType : std::uint8_t { kCreateTime = 0, kLogAppendTime = 1 };

static_assert(kBatchLengthAt == kBaseOffsetAt + 8 && kLeaderEpochAt == kBatchLengthAt + 4);
static_assert(kLeaderEpochAt == kLogOverhead);
static_assert(kMagicAt == kLeaderEpochAt + 4 && kCrcAt == kMagicAt + 1);
static_assert(kAttributesAt == kCrcAt + 4 && kLastOffsetDeltaAt == kAttributesAt + 2);
static_assert(kBaseTimestampAt == kLastOffsetDeltaAt + 4 &&
              kMaxTimestampAt == kBaseTimestampAt + 8);
static_assert(kProducerIdAt == kMaxTimestampAt + 8 && kProducerEpochAt == kProducerIdAt + 8);
static_assert(kBaseSequenceAt == kProducerEpochAt + 2 && kRecordCountAt == kBaseSequenceAt + 4);
static_assert(kBatchHeaderSize == kRecordCountAt + 4 && kMinBatchLength == 49);
static_assert(kBaseOffsetAt + 8 <= kCrcAt && kLeaderEpochAt + 4 <= kCrcAt,
              "offset and epoch are patched without touching the CRC");

}  // namespace leat::record
