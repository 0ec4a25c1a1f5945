#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/ids.h"

// What is known to be damaged below a log's durable checkpoint. Nobody cuts, moves or rewrites it;
// reads go around it.
namespace leat::storage {

// A stretch of a segment's .log that does not hold what was written there, and what is lost with it.
struct Damage {
  Offset base;                     // the segment's
  std::uint64_t position = 0;      // [position, end_position) of the file
  std::uint64_t end_position = 0;
  Offset first;                    // [first, end): no sound batch holds any of these offsets
  Offset end;
  std::string what;  // for people

  // Whether `other` lies in this stretch.
  bool covers(const Damage& other) const {
    return base == other.base && position <= other.position && other.end_position <= end_position;
  }
};

// With more ranges than this in a log, those of the segment that is added become one.
inline constexpr std::size_t kMaxDamageRanges = 1000;

// All of a log, by offset. One thread at a time; pointers are good until the next change.
class DamageMap {
 public:
  bool empty() const { return ranges_.empty(); }
  const std::vector<Damage>& all() const { return ranges_; }
  // Takes the place of what is known of the segment at `base`; `found` is of that segment, in
  // order.
  void set(Offset base, std::vector<Damage> found);
  // Forgets the segments below the one at `base`.
  void forget_below(Offset base);

  bool touches_segment(Offset base) const;
  // The range in which `offset` is lost; nullptr when it is not.
  const Damage* at(Offset offset) const;
  // The first range behind `offset`, and the last one that ends at or before it.
  const Damage* next_after(Offset offset) const;
  const Damage* last_before(Offset offset) const;

 private:
  std::vector<Damage> ranges_;  // apart from each other, in order
};

}  // namespace leat::storage
