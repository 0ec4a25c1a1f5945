#include "common/base/ids.h"

namespace leat {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kUuidTextLength = 22;

}  // namespace

std::string to_string(const Uuid& id) {
  std::string out;
  out.reserve(kUuidTextLength);
  std::uint32_t bits = 0;
  int held = 0;
  for (std::uint8_t byte : id.bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 6) {
      held -= 6;
      out.push_back(kAlphabet[(bits >> held) & 63]);
    }
  }
  out.push_back(kAlphabet[(bits << (6 - held)) & 63]);
  return out;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != kUuidTextLength) return std::nullopt;
  Uuid id;
  std::uint32_t bits = 0;
  int held = 0;
  std::size_t at = 0;
  for (char c : text) {
    const auto digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8 && at < id.bytes.size()) {
      held -= 8;
      id.bytes[at++] = static_cast<std::uint8_t>(bits >> held);
    }
  }
  return id;
}

}  // namespace leat
