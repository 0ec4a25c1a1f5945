#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace leat::cli {

// "k=v" at its first '='; nullopt without one or without a key.
inline std::optional<std::pair<std::string, std::string>> split_key_value(std::string_view text) {
  const std::size_t at = text.find('=');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  return std::make_pair(std::string(text.substr(0, at)), std::string(text.substr(at + 1)));
}

}  // namespace leat::cli
