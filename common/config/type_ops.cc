#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "common/config/option.h"

namespace leat::config {

std::string_view type_name(Type type) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "UNKNOWN", "BOOLEAN", "STRING", "INT",   "SHORT",
      "LONG",    "DOUBLE",  "LIST",   "CLASS", "PASSWORD"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

namespace internal {
namespace {

Parsed failed(std::string error) {
  return {.error = std::move(error), .canonical = {}, .number = {}, .integer = {}};
}
Parsed text_value(std::string canonical) {
  return {.error = {}, .canonical = std::move(canonical), .number = {}, .integer = {}};
}

Parsed not_a_number(Type type) {
  return failed(fmt::format("Not a number of type {}", type_name(type)));
}

// The whole of `text`, with an optional plus sign, as Java's parsers take it.
template <class T>
std::optional<T> whole_number(std::string_view text) {
  text = trim(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Parsed read_integer(std::string_view text, Type type, std::int64_t min, std::int64_t max) {
  const auto value = whole_number<std::int64_t>(text);
  if (!value || *value < min || *value > max) return not_a_number(type);
  Parsed parsed = text_value(std::to_string(*value));
  parsed.integer = *value;
  return parsed;
}

Parsed read_double(std::string_view text) {
  const auto value = whole_number<double>(text);
  if (!value || !std::isfinite(*value)) return not_a_number(Type::kDouble);
  Parsed parsed = text_value(print_double(*value));
  parsed.number = *value;
  return parsed;
}

Parsed read_bool(std::string_view text) {
  std::string lower(trim(text));
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower != "true" && lower != "false")
    return failed("Expected value to be either true or false");
  return text_value(std::move(lower));
}

Parsed read_string(std::string_view text) {
  return text_value(std::string(trim(text)));
}

Parsed read_list(std::string_view text) {
  std::vector<std::string> unique;
  for (std::string& part : split_list(text)) {
    if (part.empty()) return failed("the values of a list must not be empty");
    if (std::find(unique.begin(), unique.end(), part) == unique.end()) {
      unique.push_back(std::move(part));
    }
  }
  return text_value(join(unique, ","));
}

Parsed read_name(std::string_view text, std::span<const std::string_view> names) {
  const std::string_view wanted = trim(text);
  if (std::find(names.begin(), names.end(), wanted) == names.end()) {
    return failed(fmt::format("String must be one of: {}", fmt::join(names, ", ")));
  }
  return text_value(std::string(wanted));
}

std::string print_double(double value) {
  const double size = std::fabs(value);
  std::array<char, 400> buffer;
  const bool plain = value == 0 || (size >= 1e-3 && size < 1e7);
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific)
                       .ptr;
  std::string text(buffer.data(), end);
  const auto e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  if (e == std::string::npos) return mantissa;
  return fmt::format("{}E{}", mantissa, *whole_number<int>(std::string_view(text).substr(e + 1)));
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  text = trim(text);
  if (text.empty()) return parts;
  for (;;) {
    const auto comma = text.find(',');
    parts.emplace_back(trim(text.substr(0, comma)));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace internal
}  // namespace leat::config
