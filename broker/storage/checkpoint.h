#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/storage/file_system.h"
#include "broker/storage/log.h"
#include "common/base/ids.h"

// Small files that are replaced as a whole, and two of Kafka's that are kept so.
namespace leat::storage {

// Writes `path` so that after a crash it holds either the old or the new content: temporary file,
// sync, rename, sync of the directory. A sync error is final for the data directory.
Status replace_file(FileSystem& fs, const std::string& path, ByteView content);
// Its first and its third step, for those who sync many files together: the content in a temporary
// file, not synced, and the rename.
StatusOr<std::unique_ptr<File>> write_beside(FileSystem& fs, const std::string& path,
                                             ByteView content);
Status put_in_place(FileSystem& fs, const std::string& path);
// The whole file. not_found when there is none.
StatusOr<Bytes> read_whole_file(FileSystem& fs, const std::string& path);

// "leader-epoch-checkpoint", version 0: version, number of lines, then "epoch start-offset" lines.
std::string format_epochs(const std::vector<EpochStart>& epochs);
// corruption when it is not of that form.
StatusOr<std::vector<EpochStart>> parse_epochs(std::string_view text);

// "partition.metadata", version 0.
std::string format_partition_metadata(const Uuid& topic_id);
StatusOr<Uuid> parse_partition_metadata(std::string_view text);

}  // namespace leat::storage
