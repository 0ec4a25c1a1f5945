#pragma once

#include <cstdint>

#include "common/base/bytes.h"

namespace leat {

// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `data`, continuing from `seed`, the checksum of
// the bytes before it (0 for none). "123456789" gives 0xE3069283.
std::uint32_t crc32c(ByteView data, std::uint32_t seed = 0);

// The same by table, for machines without the instruction; tests compare the two.
std::uint32_t crc32c_portable(ByteView data, std::uint32_t seed = 0);

}  // namespace leat
