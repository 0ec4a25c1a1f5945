#pragma once

#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// A log with its checkpoint and its producers on a simulated disk, written to and compacted in
// turn, from a seed. The power is cut before every call of a compaction that changes the disk, by
// every model, sometimes again inside the recovery that follows; each disk that results is booted
// and compared with what was promised.
namespace leat::sim {

// What must hold on every disk that a crash leaves, and on the one that goes on.
enum class CompactionPromise {
  kOpens,              // recovery never refuses what compaction left
  kNewestIsThere,      // the newest record of every key, at its offset; nothing that never was
  kTombstoneStays,     // until delete.retention.ms has passed since a compaction first kept it
  kOldIsGone,          // after a whole pass: one record for each key
  kEndStays,           // the log ends where it ended
  kRetryIsRecognised,  // any of a producer's last five batches; its last one even without a
                       // checkpoint
  kNothingLeftOver,    // no file of an unfinished compaction after the next one
};
std::string_view name_of(CompactionPromise promise);

// Planted bugs; each must be caught by the promise it breaks.
enum class CompactionBug {
  kNone,
  kDecideBeforeSync,      // what is left is not synced before the swap is decided
  kDecideUnsynced,        // the decision itself is not synced before its rename
  kNoDecision,            // the swap begins without the record that decides it
  kSwapUnsynced,          // the decision is taken back before the renames are durable
  kRecoveryRemovesFirst,  // recovery removes old files before the new names are durable
  kRecoveryForgetsSwap,   // recovery does not finish the renames
  kForgetProducers,       // no batch stays for a live producer's sake
  kTombstonesAtOnce,      // tombstones may go with the pass after the first
  kBeyondTheCheckpoint,   // compacts what the committed row's producers do not know
  kNeverCompacts,         // a pass does nothing
};
std::string_view name_of(CompactionBug bug);

struct BrokenPromise {
  CompactionPromise promise;
  std::string detail;
};

struct CompactionWorldReport {
  std::optional<BrokenPromise> broken;
  std::uint64_t images = 0;  // disks recovered
};

// Distinct disks are counted in `states`, shared by worlds.
CompactionWorldReport run_compaction_world(std::uint64_t seed, CompactionBug bug,
                                           absl::flat_hash_set<std::uint64_t>& states);

}  // namespace leat::sim
