#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "broker/storage/damage.h"
#include "broker/storage/file_system.h"
#include "broker/storage/log.h"

namespace leat::storage {

// The part of a segment that a checkpoint row says is durable.
struct SegmentToScrub {
  Offset base;
  Offset end;              // all its offsets are below
  std::uint64_t size = 0;  // of the .log; a batch ends there
  bool is_last = false;    // more may be appended

  bool operator==(const SegmentToScrub&) const = default;
};

// The first of the row's segments with a base of at least `from`; nullopt when there is none.
std::optional<SegmentToScrub> next_to_scrub(const LogRow& row, Offset from);

// Reads the segment past the page cache and returns what of it is damaged, in order: every batch must
// have magic, length and CRC right, and offsets that fit between its neighbours'. Behind damage it goes
// on at the next sound batch. What the disk cannot read is damaged as well. Changes nothing. Memory: one
// buffer. `pace` is called before each read with its size; it may wait, and its error ends the check.
// Other errors: not_found when the file goes away meanwhile, resource_exhausted.
StatusOr<std::vector<Damage>> scrub(const File& file, const SegmentToScrub& segment,
                                    const std::function<Status(std::uint64_t bytes)>& pace);

}  // namespace leat::storage
