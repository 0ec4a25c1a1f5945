#pragma once

#include <cstdint>

namespace leat::storage {

// Whether a read may wait for the disk. An event loop must not.
enum class Wait : std::uint8_t { kMay, kMustNot };

}  // namespace leat::storage
