#pragma once

#include <cstdint>
#include <string>

#include "broker/storage/file_system.h"
#include "common/base/ids.h"

namespace leat::storage {

// Copies what recovery is about to cut (from `position` to the end of `log`) into a *.torn file beside
// it, for people to look at: "<base>.log.<position>.torn". Skips zeros, and what would take the
// directory's *.torn files over 64 MiB. A full disk is no reason not to recover: OK.
Status keep_torn_bytes(FileSystem& fs, const std::string& directory, Offset base, const File& log,
                       std::uint64_t position);

}  // namespace leat::storage
