#include "common/base/crc32c.h"

#include <array>
#include <limits>

#if __has_include(<isa-l/crc.h>)
#include <isa-l/crc.h>
#define LEAT_HAS_ISAL 1
#endif

namespace leat {
namespace {

constexpr std::uint32_t kReversedPolynomial = 0x82f63b78;

constexpr auto kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kReversedPolynomial : 0);
    table[i] = crc;
  }
  return table;
}();

}  // namespace

std::uint32_t crc32c_portable(ByteView data, std::uint32_t seed) {
  std::uint32_t crc = ~seed;
  for (std::byte b : data) {
    crc = (crc >> 8) ^ kTable[(crc ^ static_cast<std::uint32_t>(b)) & 0xff];
  }
  return ~crc;
}

#ifdef LEAT_HAS_ISAL
std::uint32_t crc32c(ByteView data, std::uint32_t seed) {
  constexpr std::size_t kMaxPart = std::numeric_limits<int>::max();
  while (true) {
    const std::size_t part = data.size() < kMaxPart ? data.size() : kMaxPart;
    // ISA-L takes a non-const pointer but only reads.
    auto* bytes = reinterpret_cast<unsigned char*>(const_cast<std::byte*>(data.data()));
    seed = ~crc32_iscsi(bytes, static_cast<int>(part), ~seed);
    data = data.subspan(part);
    if (data.empty()) return seed;
  }
}
#else
std::uint32_t crc32c(ByteView data, std::uint32_t seed) { return crc32c_portable(data, seed); }
#endif

}  // namespace leat
