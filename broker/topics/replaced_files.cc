#include "broker/topics/replaced_files.h"

#include <utility>

#include "broker/storage/checkpoint.h"

namespace leat::topics {

void ReplacedFiles::add(std::string directory, std::string_view name,
                        std::shared_ptr<storage::File> written) {
  paths_.push_back(fmt::format("{}/{}", directory, name));
  if (contents_.files.size() < kSyncAllFrom) contents_.files.push_back(std::move(written));
  names_.directories.push_back(std::move(directory));
}

Status ReplacedFiles::put_in_place(storage::FileSystem& files, Syncer& syncer) {
  ReplacedFiles all;
  std::swap(all, *this);
  if (all.paths_.empty()) return {};
  RETURN_IF_ERROR(syncer.make_durable(std::span(&all.contents_, 1)));
  for (const std::string& path : all.paths_) {
    const Status s = storage::put_in_place(files, path);
    if (!s.ok() && !is_not_found(s)) return s;
  }
  return syncer.make_durable(std::span(&all.names_, 1));
}

}  // namespace leat::topics
