#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "common/base/bytes.h"
#include "common/base/status.h"
#include "common/record/compression.h"
#include "common/record/record_reader.h"

// A batch is stored as it came, but for the cases in this file. Each computes the CRC anew; all
// keep offsets, producer id, epoch, sequence, leader epoch and the other attribute bits. `batch` is
// one whole batch that validate() found sound.
namespace leat::record {

// message.timestamp.type=LogAppendTime: every record gets the time of the append, by way of the
// attribute bit and the header's maximum.
void set_log_append_time(MutableByteView batch, std::int64_t now_ms);

// A header maximum that is not the maximum of the records (BatchInfo::max_timestamp).
void set_max_timestamp(MutableByteView batch, std::int64_t max_timestamp);

// A topic whose compression.type is not "producer". A batch in the target codec already is copied,
// whatever its level, and so is one without records. Errors: corruption; resource_exhausted above
// `max_uncompressed`.
StatusOr<Bytes> recompress(ByteView batch, Compression target, CompressionLevel level,
                           std::uint64_t max_uncompressed = RecordReader::kDefaultMaxUncompressed);

// Compaction. Keeps the records for which `keep` says so, in a batch with the same base offset,
// last_offset_delta and base sequence, so that offsets and the producer's last sequence survive;
// offset deltas then have holes. With none kept: an empty, uncompressed batch that still carries
// the header (Kafka's cleaner keeps it while it holds a producer's last sequence).
struct FilterOptions {
  // Marks the batch as in KIP-534 unless it is marked already: from this time (wall clock ms) its
  // tombstones and markers may be dropped.
  std::optional<std::int64_t> delete_horizon_ms;
  // Level for a compressed batch that changes.
  CompressionLevel level;
  std::uint64_t max_uncompressed = RecordReader::kDefaultMaxUncompressed;
};
struct FilterResult {
  Bytes batch;
  std::int32_t kept = 0;
  bool changed = false;  // false: `batch` is byte for byte the input
};
StatusOr<FilterResult> filter_batch(ByteView batch,
                                    const std::function<bool(const RecordView&)>& keep,
                                    const FilterOptions& options);

}  // namespace leat::record
