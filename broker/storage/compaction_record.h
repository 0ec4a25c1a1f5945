#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/storage/file_system.h"
#include "broker/storage/log.h"

namespace leat::storage {

inline constexpr std::string_view kCompactionFile = "leat-compaction";
inline constexpr std::string_view kCleanedSuffix = ".cleaned";    // being written, or about to be swapped in
inline constexpr std::string_view kReplacedSuffix = ".replaced";  // swapped out, to be unlinked

// A segment that stands in the place of all that once held the offsets [base, end).
struct CompactedSegment {
  SegmentRow row;
  Offset end;            // base of the segment behind it
  bool pending = false;  // the renames may not have happened yet: recovery finishes them

  bool operator==(const CompactedSegment&) const = default;
};

// What compaction has done to a log, in the file "leat-compaction" beside its segments. It is replaced
// as a whole before each swap, so it decides whether a swap happened: with a pending entry recovery
// carries it out, without one the *.cleaned files are nothing. And it says which segments are smaller
// than an older checkpoint row believes: entries stay as long as their segments.
struct CompactionRecord {
  Offset cleaned_to{0};            // everything below was compared with everything else below
  std::int64_t last_horizon_ms = -1;  // the latest time at which a tombstone kept so far may go
  std::vector<CompactedSegment> segments;

  bool has_pending() const;
  // Adds `made`, which takes the place of entries inside its range.
  void add(const CompactedSegment& made);
  // Forgets what lies wholly below the log start.
  void forget_below(Offset start);
  bool operator==(const CompactionRecord&) const = default;
};

Bytes encode(const CompactionRecord& record);
// corruption for everything that encode did not write.
StatusOr<CompactionRecord> decode_compaction_record(ByteView bytes);

// Durable when it returns OK.
Status write_compaction_record(FileSystem& fs, const std::string& directory,
                               const CompactionRecord& record);

// Recovery's part, before it looks at anything else.
struct RecoveredCompaction {
  bool exists = false;         // the log was compacted at some time: offsets may be missing
  CompactionRecord record;
  std::optional<LogRow> row;   // the checkpoint row with the sizes that segments have now
};
// Finishes a swap that had begun and removes what an interrupted compaction left. Running it again,
// also after it was killed, ends the same. A damaged record costs the knowledge of what was compacted,
// which the newest checkpoint row also has; nothing is removed then.
StatusOr<RecoveredCompaction> recover_compaction(FileSystem& fs, const std::string& directory,
                                                 const std::optional<LogRow>& row);

// For whoever looks into a log's files without opening it: the row with the sizes that segments have
// now. nullopt when only an opening can tell. Changes nothing.
StatusOr<std::optional<LogRow>> row_as_compacted(FileSystem& fs, const std::string& directory,
                                                 LogRow row);

}  // namespace leat::storage
