#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/ids.h"

// Names and entry sizes of a partition's files; FORMAT.md says what is in them. They are Kafka's, so
// that its tools read them: do not change the values.
namespace leat::storage {

inline constexpr std::string_view kLogSuffix = ".log";
inline constexpr std::string_view kIndexSuffix = ".index";
inline constexpr std::string_view kTimeIndexSuffix = ".timeindex";
inline constexpr std::string_view kTxnIndexSuffix = ".txnindex";
inline constexpr std::string_view kSnapshotSuffix = ".snapshot";
inline constexpr std::string_view kDeletedSuffix = ".deleted";
inline constexpr std::string_view kTornSuffix = ".torn";  // ours: bytes that recovery cut off
inline constexpr std::string_view kTemporarySuffix = ".tmp";
inline constexpr std::string_view kEpochFile = "leader-epoch-checkpoint";
inline constexpr std::string_view kMetadataFile = "partition.metadata";

inline constexpr std::size_t kOffsetIndexEntryBytes = 8;   // relative offset, position
inline constexpr std::size_t kTimeIndexEntryBytes = 12;    // timestamp, relative offset
inline constexpr std::int64_t kMaxRelativeOffset = 0x7fffffff;
// Positions in the offset index are 31 bits wide.
inline constexpr std::uint64_t kMaxSegmentBytes = 0x7fffffff;
// Cut bytes are kept for people to look at, up to this much in a partition.
inline constexpr std::uint64_t kMaxTornBytes = 64u << 20;

// "00000000000000000042.log"
std::string segment_file_name(Offset base, std::string_view suffix);

struct SegmentFileName {
  Offset base;
  std::string_view suffix;  // one of the constants above, without kDeletedSuffix
  bool deleted = false;
};

// nullopt for every name that is not a segment's; the view is of static text.
std::optional<SegmentFileName> parse_segment_file_name(std::string_view name);

}  // namespace leat::storage
