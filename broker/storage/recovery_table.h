#pragma once

#include <cstdint>
#include <span>

// What recovery finds of one segment -> what it does. Pure data; a test proves that every combination
// meets exactly one row.
namespace leat::storage {

// Where the segment lies with respect to the checkpoint's row. Without a row everything is kAbove.
enum class Place : std::uint8_t {
  kBelowStart,  // wholly below the log start, or named *.deleted: its deletion had begun
  kStray,       // between segments that the row names, and not named by it
  kBelow,       // named by the row, wholly below the durable position
  kAt,          // the durable position lies in it
  kAbove,       // nothing in it was known to be durable
};

// The .log file, measured by the bytes that must be there.
enum class Found : std::uint8_t { kComplete, kShort, kMissing };

// Whether the segment's base is the offset at which the log ended so far.
enum class Chain : std::uint8_t { kJoins, kBroken };

// What the scan above the durable position came to.
enum class Tail : std::uint8_t { kNotScanned, kWhole, kTorn };

enum class Decision : std::uint8_t {
  kForget,      // rename to *.deleted if need be, unlink later
  kLeaveAlone,  // neither served nor touched; said in the log
  kTrust,       // serve it as the row describes it, without looking
  kScan,        // read what lies above the durable position, then ask again
  kKeep,        // serve all of it, after a sync
  kCut,         // keep the whole batches, cut the rest
  kDrop,        // records behind a hole: never stable, taken away
  kIgnore,      // there is nothing
  kRefuse,      // durable data missing: touch nothing, the partition stays offline
};

struct Finding {
  Place place;
  Found found;
  Chain chain;
  Tail tail;
};

struct RecoveryRule {
  char label;
  std::uint8_t places, founds, chains, tails;  // sets: bit n stands for the enum's value n
  Decision decision;

  bool matches(const Finding& finding) const;
};

std::span<const RecoveryRule> recovery_rules();

// The decision of the one rule that matches.
Decision decide(const Finding& finding);

}  // namespace leat::storage
