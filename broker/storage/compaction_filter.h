#pragma once

#include <cstdint>

#include "broker/storage/compaction_key_map.h"
#include "common/base/bytes.h"
#include "common/base/ids.h"
#include "common/base/status.h"

// Which records of a batch compaction keeps (KIP-58, KIP-534). Pure functions over bytes.
namespace leat::storage {

// A record that was accepted is read again, whatever the limit is by now.
inline constexpr auto kMaxUncompressed = static_cast<std::uint64_t>(INT32_MAX);

struct FilterRules {
  const KeyOffsetMap* newest = nullptr;  // of the offsets below covered_to that are not compared yet
  Offset covered_to;
  std::int64_t now_ms = 0;
  std::int64_t delete_retention_ms = 0;
};

enum class BatchFate {
  kSame,     // stays byte for byte
  kChanged,  // `bytes` takes its place
  kGone,     // no record is left; `bytes` is the empty batch, which may be needed for its header
};

struct FilteredBatch {
  BatchFate fate = BatchFate::kSame;
  Bytes bytes;
  std::int32_t records = 0;  // it had
  std::int32_t kept = 0;
  std::int64_t horizon_ms = -1;  // when the tombstones left in it may go; -1: it has none
};

// A record stays when its key has no later one below covered_to. A tombstone that stays makes its
// batch get a horizon, delete_retention_ms from now; from that time on it goes. Control batches stay
// as they are: readers of transactions need them. Records without a key go, as in Kafka: they come
// from a time when the topic was not compacted. Errors: corruption.
StatusOr<FilteredBatch> filter_for_compaction(ByteView batch, const FilterRules& rules);

// The batch without its records, keeping what its header says of offsets and producer.
StatusOr<Bytes> bare_batch(ByteView batch);

}  // namespace leat::storage
