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
  // So many are open meanwhile; who has more does them in turns.
  static constexpr std::size_t kAtOnce = 32;

  void add(std::string directory, std::string_view name, std::shared_ptr<storage::File> written);
  std::size_t size() const { return contents_.files.size(); }
  // Empty afterwards. A directory that was deleted meanwhile took its file along, which is no
  // error; after an error some are in their places and some are not, each of them whole.
  Status put_in_place(storage::FileSystem& files, Syncer& syncer);

 private:
  storage::SyncTicket contents_;
  storage::SyncTicket names_;
  std::vector<std::string> paths_;
};

}  // namespace leat::topics
