#pragma once

#include <cstdint>
#include <optional>

#include "common/base/bytes.h"

namespace leat {

// Kafka's variable-length numbers: unsigned LEB128, and zigzag for signed ones.
inline constexpr std::size_t kMaxVarint32Bytes = 5;
inline constexpr std::size_t kMaxVarint64Bytes = 10;

// Takes one number from the front of `in`; nullopt when it is cut off or longer than 64 bits (32 for
// the 32-bit form), and `in` is then unspecified.
inline std::optional<std::uint64_t> read_uvarint(ByteView& in,
                                                 std::size_t max_bytes = kMaxVarint64Bytes) {
  std::uint64_t value = 0;
  const std::size_t limit = in.size() < max_bytes ? in.size() : max_bytes;
  for (std::size_t i = 0; i < limit; ++i) {
    const auto b = static_cast<std::uint64_t>(in[i]);
    value |= (b & 0x7f) << (7 * i);
    if ((b & 0x80) == 0) {
      if (i == kMaxVarint64Bytes - 1 && b > 1) return std::nullopt;
      if (max_bytes == kMaxVarint32Bytes && value > 0xffffffffu) return std::nullopt;
      in = in.subspan(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

inline std::optional<std::int64_t> read_varint(ByteView& in) {
  const auto raw = read_uvarint(in);
  if (!raw) return std::nullopt;
  return static_cast<std::int64_t>(*raw >> 1) ^ -static_cast<std::int64_t>(*raw & 1);
}

inline void append_uvarint(Bytes& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<std::byte>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::byte>(value));
}

inline void append_varint(Bytes& out, std::int64_t value) {
  append_uvarint(out, (static_cast<std::uint64_t>(value) << 1) ^
                          static_cast<std::uint64_t>(value >> 63));
}

inline std::size_t uvarint_size(std::uint64_t value) {
  std::size_t n = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++n;
  }
  return n;
}

inline std::size_t varint_size(std::int64_t value) {
  return uvarint_size((static_cast<std::uint64_t>(value) << 1) ^
                      static_cast<std::uint64_t>(value >> 63));
}

}  // namespace leat
