#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/status.h"

namespace leat::cli {

// Where in a partition to start or stop, as people write it:
//   beginning, start, earliest    the first record kept
//   end, latest                   after the last record
//   N                             the record with offset N
//   +N                            N records after the beginning
//   -N                            the last N records
//   @TIME                         the first record at or after TIME: milliseconds since 1970, or
//                                 2026-01-31, 2026-01-31T14:00, 2026-01-31T14:00:05.250Z (UTC)
//   @-1h30m                       that long ago; units ms s m h d w
struct OffsetSpec {
  enum class Kind { kBeginning, kEnd, kExact, kAfterBeginning, kBeforeEnd, kTime };
  Kind kind = Kind::kBeginning;
  std::int64_t value = 0;  // offset, count or milliseconds since 1970, by kind

  bool operator==(const OffsetSpec&) const = default;
};

// `now_ms` resolves times relative to now. The error says what forms there are.
StatusOr<OffsetSpec> parse_offset_spec(std::string_view text, std::int64_t now_ms);

// "1h30m", "250ms", "2d"; a number without a unit is seconds. Milliseconds.
StatusOr<std::int64_t> parse_duration_ms(std::string_view text);

// The forms after '@' that are not relative. Milliseconds since 1970.
StatusOr<std::int64_t> parse_time_ms(std::string_view text);

// What a partition reports of itself, and where a spec falls in it.
struct PartitionBounds {
  std::int64_t beginning = 0;
  std::int64_t end = 0;
  std::int64_t at_time = -1;  // offset of the first record at or after the spec's time, -1 none
};
// The offset of `spec`, inside [beginning, end] except for an exact one, which is left as written.
std::int64_t resolve(const OffsetSpec& spec, const PartitionBounds& bounds);

}  // namespace leat::cli
