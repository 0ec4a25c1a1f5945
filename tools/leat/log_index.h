#pragma once

#include <string>

#include "broker/storage/file_system.h"
#include "tools/leat/log_report.h"

// .index and .timeindex files, held against the .log beside them.
namespace leat::cli {

struct IndexToRead {
  std::string path;
  std::string log_path;  // may be missing: then only the index itself is looked at
  Offset base{0};
  // The segment is the partition's last: Kafka fills its indexes with zeros ahead of use, and takes
  // them off when it is stopped in order.
  bool newest = false;
};

// Rules of an offset index (an entry names a batch by its last offset and says where it begins):
//   size          not a whole number of entries
//   zeros         empty entries at the end, in a segment that is not the newest
//   order         offset or position does not rise
//   past the end  the position is not in the log
//   position      no batch begins there
//   offset        not the last offset of the batch there, or of one after it (Kafka before 4.0
//   names
//                 the last batch of an append by the first one's position)
//   unreadable    the file cannot be read
void read_offset_index(storage::FileSystem& files, const IndexToRead& index,
                       const LogReadOptions& options, LogReport& report);

// Rules of a time index ("no batch up to this offset is newer than this timestamp"): size, zeros
// and unreadable as above, and
//   order         the timestamp does not rise, or the offset falls
//   past the end  the offset is not in the log
//   timestamp     not the greatest timestamp of the batches up to that offset
// Entries beyond damage in the log cannot be held against it; a note says so.
void read_time_index(storage::FileSystem& files, const IndexToRead& index,
                     const LogReadOptions& options, LogReport& report);

}  // namespace leat::cli
