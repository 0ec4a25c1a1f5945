#include "tools/leat/checks.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace leat::cli {
namespace {

std::string at_least(std::int64_t least, const std::string& text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && rest == end && value >= least) return {};
  return fmt::format("'{}' must be a whole number, {} or more", text, least);
}

}  // namespace

std::string at_least_one(const std::string& text) { return at_least(1, text); }
std::string not_negative(const std::string& text) { return at_least(0, text); }
std::string not_empty(const std::string& text) { return text.empty() ? "must not be empty" : ""; }

}  // namespace leat::cli
