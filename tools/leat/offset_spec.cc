#include "tools/leat/offset_spec.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace leat::cli {
namespace {

constexpr std::string_view kForms =
    "use beginning, end, an offset, +N, -N (the last N), @TIME (2026-01-31T14:00 or milliseconds) "
    "or @-1h";

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_unsigned(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

std::optional<std::int64_t> unit_ms(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s" || unit.empty()) return 1000;
  if (unit == "m") return 60'000;
  if (unit == "h") return 3'600'000;
  if (unit == "d") return 86'400'000;
  if (unit == "w") return 7 * 86'400'000;
  return std::nullopt;
}

// Takes digits from the front of `text`, exactly `count` of them.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count || !is_unsigned(text.substr(0, count))) return std::nullopt;
  const auto value = parse_number<int>(text.substr(0, count));
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> parse_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86'400'000};
}

// "14:00", "14:00:05", "14:00:05.250"
std::optional<std::int64_t> parse_time_of_day(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::int64_t ms = (*hour * 60 + *minute) * std::int64_t{60'000};
  if (!take(text, ':')) return ms;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  ms += *second * std::int64_t{1000};
  if (!take(text, '.')) return ms;
  std::int64_t scale = 100;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
    ms += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  return ms;
}

StatusOr<OffsetSpec> parse_time_spec(std::string_view text, std::int64_t now_ms) {
  OffsetSpec spec{.kind = OffsetSpec::Kind::kTime};
  if (take(text, '-')) {
    ASSIGN_OR_RETURN(const std::int64_t ago, parse_duration_ms(text));
    spec.value = std::max<std::int64_t>(0, now_ms - ago);
    return spec;
  }
  ASSIGN_OR_RETURN(spec.value, parse_time_ms(text));
  return spec;
}

}  // namespace

StatusOr<std::int64_t> parse_duration_ms(std::string_view text) {
  const std::string_view whole = text;
  const auto wrong = [&] {
    return invalid_argument("'{}' is not a duration; write 30s, 1h30m, 250ms, 7d", whole);
  };
  if (text.empty()) return wrong();
  std::int64_t total = 0;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_number<std::int64_t>(text.substr(0, digits));
    text.remove_prefix(digits);
    const std::size_t letters = std::min(text.find_first_of("0123456789"), text.size());
    const auto unit = unit_ms(text.substr(0, letters));
    text.remove_prefix(letters);
    std::int64_t part = 0;
    if (!count || !unit || __builtin_mul_overflow(*count, *unit, &part) ||
        __builtin_add_overflow(total, part, &total))
      return wrong();
  }
  return total;
}

StatusOr<std::int64_t> parse_time_ms(std::string_view text) {
  const std::string_view whole = text;
  const auto wrong = [&] {
    return invalid_argument(
        "'{}' is not a time; write 2026-01-31, 2026-01-31T14:00:05Z (UTC) or milliseconds "
        "since 1970",
        whole);
  };
  if (is_unsigned(text)) {
    const auto ms = parse_number<std::int64_t>(text);
    if (!ms) return wrong();
    return *ms;
  }
  const auto day = parse_date(text);
  if (!day) return wrong();
  std::int64_t ms = *day;
  if (take(text, 'T') || take(text, ' ')) {
    const auto time = parse_time_of_day(text);
    if (!time) return wrong();
    ms += *time;
  }
  take(text, 'Z');
  if (!text.empty()) return wrong();
  return ms;
}

StatusOr<OffsetSpec> parse_offset_spec(std::string_view text, std::int64_t now_ms) {
  using Kind = OffsetSpec::Kind;
  if (text == "beginning" || text == "start" || text == "earliest") return OffsetSpec{};
  if (text == "end" || text == "latest") return OffsetSpec{.kind = Kind::kEnd};
  if (text.starts_with('@')) return parse_time_spec(text.substr(1), now_ms);
  Kind kind = Kind::kExact;
  std::string_view digits = text;
  if (take(digits, '+')) kind = Kind::kAfterBeginning;
  else if (take(digits, '-')) kind = Kind::kBeforeEnd;
  const auto value = is_unsigned(digits) ? parse_number<std::int64_t>(digits) : std::nullopt;
  if (!value) return invalid_argument("'{}' is not an offset; {}", text, kForms);
  return OffsetSpec{.kind = kind, .value = *value};
}

std::int64_t resolve(const OffsetSpec& spec, const PartitionBounds& bounds) {
  switch (spec.kind) {
    case OffsetSpec::Kind::kBeginning:
      return bounds.beginning;
    case OffsetSpec::Kind::kEnd:
      return bounds.end;
    case OffsetSpec::Kind::kExact:
      return spec.value;
    case OffsetSpec::Kind::kAfterBeginning:
      return spec.value > bounds.end - bounds.beginning ? bounds.end
                                                        : bounds.beginning + spec.value;
    case OffsetSpec::Kind::kBeforeEnd:
      return spec.value > bounds.end - bounds.beginning ? bounds.beginning
                                                        : bounds.end - spec.value;
    case OffsetSpec::Kind::kTime:
      return bounds.at_time < 0 ? bounds.end : bounds.at_time;
  }
  return bounds.beginning;
}

}  // namespace leat::cli
