#pragma once

#include <string>

#include "broker/storage/file_system.h"
#include "tools/leat/log_report.h"

namespace leat::cli {

// Reads what `path` is: one file of a log (.log, .index, .timeindex, also *.deleted and *.torn), a
// checkpoint or properties file, a partition's directory, or a data directory with all that is in
// it, Leat's or Kafka's. Files of other kinds are noted when they are named and passed over inside
// directories, as are those on their way out (*.deleted). Of the metadata log the topics are shown.
// Rules beside those of the readers:
//   durable data missing  the broker-wide checkpoint says a segment was longer, or was there
//   unreadable            `path` cannot be read
void read_log_path(storage::FileSystem& files, const std::string& path,
                   const LogReadOptions& options, LogReport& report);

}  // namespace leat::cli
