#pragma once

#include <cctype>
#include <string>
#include <string_view>

#include "common/base/bytes.h"

namespace leat::wire {

inline std::string hex(ByteView bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const std::byte b : bytes) {
    out += kDigits[std::to_integer<std::size_t>(b) >> 4];
    out += kDigits[std::to_integer<std::size_t>(b) & 15];
  }
  return out;
}

// Pairs of hex digits; everything else is for the reader.
inline Bytes from_hex(std::string_view text) {
  Bytes out;
  int high = -1;
  for (const char c : text) {
    if (!std::isxdigit(static_cast<unsigned char>(c))) continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0) {
      high = digit;
      continue;
    }
    out.push_back(static_cast<std::byte>(high * 16 + digit));
    high = -1;
  }
  return out;
}

}  // namespace leat::wire
