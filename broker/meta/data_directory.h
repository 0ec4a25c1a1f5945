#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "broker/storage/file_system.h"
#include "common/base/ids.h"
#include "common/base/random.h"

namespace leat::meta {

// Raised when the layout of the data directory changes in a way an older Leat cannot read. To raise
// it: (1) teach the reader both versions, (2) keep writing the old one until the operator finalizes
// the upgrade, (3) add golden directories of both to the tests.
inline constexpr int kFormatVersion = 1;

// Who this broker is: leat.properties in the data directory, rewritten at each start.
struct Identity {
  std::string cluster_id;       // 22 characters, as Kafka's
  std::int32_t node_id = 1;
  std::int32_t start_count = 0;  // grows with each start; the leader epoch of everything it writes
};

// Takes the directory: creates it if missing, locks it, reads (first time: makes) its identity and
// raises the start count durably. Errors, with nothing changed: failed_precondition when another
// process holds it (names the pid), when it is of a newer format, when it belongs to another node
// id, or when it holds files but was never Leat's.
struct DataDirectory {
  std::string path;
  Identity identity;
  std::unique_ptr<storage::DirectoryLock> lock;
};
StatusOr<DataDirectory> take_data_directory(storage::FileSystem& files, const std::string& path,
                                            std::int32_t node_id, Random& random);

// Names inside the data directory that are ours.
inline constexpr std::string_view kIdentityFile = "leat.properties";
inline constexpr std::string_view kLockFile = ".lock";
inline constexpr std::string_view kMetadataDirectory = "leat-metadata";

}  // namespace leat::meta
