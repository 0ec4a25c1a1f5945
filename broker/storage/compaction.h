#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "broker/storage/compaction_key_map.h"
#include "broker/storage/log.h"

// Log compaction (KIP-58, KIP-354, KIP-534): of the records below some offset only the newest of each
// key stays, at its offset. One compactor per log at a time, on a thread of its own; appends and reads
// go on beside it.
namespace leat::storage {

// How much of a log could be compacted.
struct CompactionView {
  Offset first_dirty{0};                 // everything below was compacted
  Offset limit{0};                       // up to here it may be
  std::uint64_t clean_bytes = 0;
  std::uint64_t dirty_bytes = 0;         // between the two
  std::optional<std::int64_t> oldest_dirty_ms;  // timestamp of the first dirty batch
  bool tombstones_expired = false;       // all that were kept may go by now

  double dirty_ratio() const {
    const std::uint64_t all = clean_bytes + dirty_bytes;
    return all == 0 ? 0.0 : static_cast<double>(dirty_bytes) / static_cast<double>(all);
  }
};

// Whole segments that end at or below `stable`, none of them active, up to the first with a record
// younger than `min_lag_ms` (0: none is too young). Reads one header from the disk.
CompactionView view_for_compaction(const Log& log, Offset stable, std::int64_t now_ms,
                                   std::int64_t min_lag_ms);
// Timestamp of the first batch in the active segment; nullopt when it is empty. Reads the disk.
std::optional<std::int64_t> oldest_active_ms(const Log& log);
// Append side. A log whose active segment is empty ends there, not behind the last batch: only then
// can the segment before it be compacted. True when that changed what a checkpoint should say.
bool settle_end(Log& log);

struct CompactionSettings {
  std::uint64_t segment_bytes = 1u << 30;  // small neighbours are merged up to this
  std::uint32_t index_interval_bytes = 4096;
  std::int64_t delete_retention_ms = 86'400'000;
  std::uint64_t map_bytes = 128u << 20;
  double map_load_factor = 0.9;
  KeyOffsetMap::HashKey hash_key{};        // secret
};

struct CompactionHooks {
  // Whether the batch is the newest of that live producer: it stays, empty if need be, so that the
  // producer's sequence survives the loss of everything else.
  std::function<bool(ProducerId, Offset last_offset)> is_last_of_producer;
  // Runs the given call as append side. It renames files and does not wait for the disk otherwise.
  std::function<Status(const std::function<Status()>&)> as_append_side;
  // Called after so many bytes were read or written; may wait. An error ends the pass.
  std::function<Status(std::uint64_t bytes)> pace;
};

struct CompactionReport {
  Offset cleaned_to{0};   // below the limit when the key map was full: another pass goes on there
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t records_read = 0;
  std::uint64_t records_kept = 0;
  std::uint64_t segments_replaced = 0;
  std::uint64_t segments_made = 0;
};

// One pass over [log start, limit): maps the newest offset of each key from the first dirty offset on,
// as far as the map holds, and writes every segment below that anew without what is superseded.
// `limit` is a segment's base at or below the durable position's, and no checkpoint row with less may
// be committed afterwards. A pass that ends early, with an error or by a crash, leaves a log in which
// some segments are compacted and the rest is as it was. Errors: corruption (damage below: compaction
// stops there, nothing is touched), disk_full (everything is as it was), what `pace` returned; anything
// else, after the swap began, is final for the data directory.
StatusOr<CompactionReport> compact(Log& log, Offset limit, std::int64_t now_ms,
                                   const CompactionSettings& settings, const CompactionHooks& hooks);

}  // namespace leat::storage
