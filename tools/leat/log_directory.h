#pragma once

#include <string>

#include "broker/storage/file_system.h"
#include "tools/leat/log_report.h"

namespace leat::cli {

// Reads what `path` is: one file of a log (.log, .index, .timeindex, also *.deleted and *.torn), a
// checkpoint or properties file, a partition's directory, or a data directory with all that is in
// it, Leat's or Kafka's. Files of other kinds are passed over inside directories, as are those on
// their way out (*.deleted). Of the metadata log the topics are shown. A rule beside those of the
// readers:
//   durable data missing  the broker-wide checkpoint says a segment was longer, or was there
//   unreadable            a directory inside `path` cannot be read
// Errors, then nothing was reported: `path` is not there or cannot be read, is a file of another
// kind (invalid_argument), or a directory in which there is nothing to read (the same).
Status read_log_path(storage::FileSystem& files, const std::string& path,
                   const LogReadOptions& options, LogReport& report);

}  // namespace leat::cli
