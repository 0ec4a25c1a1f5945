#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"
#include "common/record/batch_view.h"

// The one place that decides whether a batch is sound, for produce, recovery and tools.
namespace leat::record {

// The rule a batch broke. The comment names what Kafka answers to a producer for it.
enum class Violation : std::uint8_t {
  kNone,
  kTooShort,              // no batch, or cut off before its end             INVALID_RECORD
  kBadLength,             // length field below its minimum                  CORRUPT_MESSAGE
  kTrailingBytes,         // bytes after the batch, such as a second batch   INVALID_RECORD
  kBadMagic,              // not version 2                                   INVALID_RECORD
  kBadCrc,                //                                                 CORRUPT_MESSAGE
  kBadBaseOffset,         // produced: not 0; stored: offsets out of range   INVALID_RECORD
  kBadCount,              // record count impossible, or not what is there   INVALID_RECORD
  kBadOffsetDeltas,       // not 0..n-1; stored: not rising, or past the last INVALID_RECORD
  kBadProducerFields,     // producer id without epoch or sequence, ...      INVALID_RECORD
  kControlBatch,          // produced with the control or delete horizon bit INVALID_RECORD
  kBadRecord,             // sizes of a record disagree, or run over its end INVALID_RECORD
  kUnknownCompression,    // codec 5, 6 or 7                 UNSUPPORTED_COMPRESSION_TYPE
  kDecompression,         // the compressed bytes are damaged                INVALID_RECORD
  kTooLargeUncompressed,  // more than max_uncompressed_bytes                MESSAGE_TOO_LARGE
  kMissingKey,            // require_keys; see faults                        INVALID_RECORD
  kTimestamp,             // outside the bounds; see faults                  INVALID_TIMESTAMP
  kTimestampType,         // produced with the log append time bit           INVALID_TIMESTAMP
  kDeferred,              // not a fault: see defer_above_bytes
};
// "bad crc", "missing key", ...
std::string_view to_string(Violation v);

enum class BatchSource : std::uint8_t {
  // From a producer: exactly one batch, base offset 0, at least one record, offset deltas 0..n-1,
  // no control bit. What compaction may leave behind is refused.
  kProduced,
  // From a log: deltas rise strictly and end at or before last_offset_delta, holes and a batch with
  // no records are what compaction leaves, control batches are normal.
  kStored,
};

struct ValidateOptions {
  BatchSource source = BatchSource::kProduced;
  bool check_crc = true;
  // Every record must have a key (compacted topics); control records are exempt.
  bool require_keys = false;
  // leat.batch.max.uncompressed.bytes; for compressed batches only.
  std::uint64_t max_uncompressed_bytes = 256u << 20;
  // Gives up with kDeferred once more than this was decompressed, so that an event loop can hand
  // the batch to a worker, which runs it again with 0 (never give up).
  std::uint64_t defer_above_bytes = 0;
  // message.timestamp.before.max.ms and .after.max.ms: a produced record's timestamp, unless it is
  // -1, lies in [now_ms - before, now_ms + after]. The defaults, also for topics that take the time
  // of the append, allow everything.
  std::int64_t now_ms = 0;
  std::int64_t timestamp_before_max_ms = std::numeric_limits<std::int64_t>::max();
  std::int64_t timestamp_after_max_ms = std::numeric_limits<std::int64_t>::max();
};

// A single record that is refused while others may be fine: kMissingKey or kTimestamp.
struct RecordFault {
  std::int32_t index = 0;  // position in the batch
  Violation violation = Violation::kNone;
  std::int64_t timestamp = kNoTimestamp;
};
// No more faults than this are listed.
inline constexpr std::size_t kMaxRecordFaults = 1000;

// What the walk learned; complete only when the batch is sound.
struct BatchInfo {
  // Greatest record timestamp and the first record that has it; -1 and -1 when all are -1. Of a
  // batch with log append time: the header's, at the last record.
  std::int64_t max_timestamp = kNoTimestamp;
  std::int32_t max_timestamp_offset_delta = -1;
  // The header says the same maximum. When not, a produced batch is to be rewritten (rewrite.h).
  bool header_max_timestamp_exact = true;
  std::int32_t null_keys = 0;
  std::int32_t null_values = 0;
  // Records as they are once decompressed, without the batch header.
  std::uint64_t uncompressed_bytes = 0;
};

struct Verdict {
  Violation violation = Violation::kNone;
  std::string text;                 // for people; empty when sound
  std::int32_t record_index = -1;   // the first offending record, where one is to blame
  std::vector<RecordFault> faults;  // kMissingKey and kTimestamp: every offending record, in order
  BatchHeader header;               // valid unless kTooShort, kBadLength or kBadMagic
  BatchInfo info;

  bool ok() const { return violation == Violation::kNone; }
};

// Checks `batch`, walking every record. Compressed records are decompressed once, in pieces of
// 64 KiB that are thrown away; memory stays below 64 MiB whatever the bytes claim (compression.h).
// Costs a CRC plus about 10 ns a record on a busy core.
Verdict validate(ByteView batch, const ValidateOptions& options);

}  // namespace leat::record
