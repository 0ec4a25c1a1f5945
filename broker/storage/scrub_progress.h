#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/ids.h"

namespace leat::storage {

// A segment, by what survives restarts and re-created topics.
struct SegmentPlace {
  TopicPartitionId partition;
  Offset base;

  auto operator<=>(const SegmentPlace&) const = default;
};

// How far the scrubber is, in the file "leat-scrub" (FORMAT.md). Derived data: without it a round
// begins at the beginning, and damage is found again when its turn comes.
struct ScrubProgress {
  std::int64_t started_ms = 0;       // wall clock, of the round under way or of the last one
  std::optional<SegmentPlace> next;  // nullopt: that round is over
  std::vector<SegmentPlace> damaged; // segments in which damage is known

  bool operator==(const ScrubProgress&) const = default;
};

inline constexpr std::string_view kScrubFile = "leat-scrub";

std::string format_scrub_progress(const ScrubProgress& progress);
// nullopt when it is not of that form.
std::optional<ScrubProgress> parse_scrub_progress(std::string_view text);

}  // namespace leat::storage
