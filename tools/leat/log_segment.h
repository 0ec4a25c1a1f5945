#pragma once

#include <optional>
#include <string>

#include "broker/storage/file_system.h"
#include "tools/leat/log_report.h"

// A .log file from front to back: every batch, sound or not.
namespace leat::cli {

// What the batches read so far demand of the next one; goes from segment to segment.
struct LogProgress {
  std::optional<Offset> last;
  LeaderEpoch epoch = kNoLeaderEpoch;
};

struct SegmentToRead {
  std::string path;
  std::optional<Offset> base = std::nullopt;  // the file's name says it; torn bytes have none
  bool newest = false;                        // a broker may be writing to it
  bool torn = false;  // bytes that recovery cut off: what is wrong with them is no news
};

// Reads the file batch by batch; memory: the largest batch, and what record::validate takes. Damage
// does not end it: it goes on at the next bytes that are a batch with the right CRC. Rules, besides
// those of record::Violation:
//   no batch          these bytes are none; the text says where it goes on
//   torn tail         the file ends inside a batch
//   zeros             nothing but zeros up to the end
//   offset order      a batch begins at or below the last offset before it
//   segment base      a batch lies below the segment's base, or more than 2^31 - 1 above it
//   epoch order       a batch's leader epoch is lower than that of the batch before it
//   max timestamp     a record is newer than its batch says
//   gap               offsets are missing, if gaps_are_damage
//   unreadable        the file cannot be read
// A file that is gone is a note: a broker deletes old segments.
void read_segment(storage::FileSystem& files, const SegmentToRead& segment,
                  const LogReadOptions& options, LogProgress& progress, LogReport& report);

}  // namespace leat::cli
