#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "broker/storage/file_system.h"
#include "broker/topics/flush_gate.h"

namespace leat::topics {

// Files of many directories that were written beside what they replace (storage::write_beside): two
// syncs put them all in their places, whole and durable, instead of two for each. Not thread-safe.
class ReplacedFiles {
 public:
  void add(std::string directory, std::string_view name, std::shared_ptr<storage::File> written);
  // Empty afterwards. A directory that was deleted meanwhile took its file along, which is no
  // error; after an error some are in their places and some are not, each of them whole.
  Status put_in_place(storage::FileSystem& files, Syncer& syncer);

 private:
  storage::SyncTicket contents_;  // no more files than a sync looks at one by one stay open
  storage::SyncTicket names_;
  std::vector<std::string> paths_;
};

}  // namespace leat::topics
