#pragma once

#include <cstdint>
#include <optional>

#include "common/base/ids.h"
#include "tools/leat/log_window.h"

namespace leat::cli {

// The first position in [from, end) at which a whole batch with the right CRC lies, at or above
// `base`; nullopt when there is none. Bytes that look like batch headers cost a CRC each; after
// 1 GiB of those it gives up.
StatusOr<std::optional<std::uint64_t>> find_next_batch(LogWindow& window, std::uint64_t from,
                                                       std::uint64_t end, Offset base);

// True when [from, end) holds nothing but zeros.
StatusOr<bool> only_zeros(LogWindow& window, std::uint64_t from, std::uint64_t end);

}  // namespace leat::cli
