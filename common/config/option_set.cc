#include "common/config/option_set.h"

#include <algorithm>

#include "common/base/check.h"

namespace leat::config {
namespace {

bool is_null(std::string_view fixed) {
  return fixed.data() == nullptr;
}

std::string out_of_range_reason(const Option& row, const Parsed& parsed) {
  const auto [min, max] = row.range;
  const bool low = parsed.integer ? *parsed.integer < min
                                  : parsed.number && *parsed.number < static_cast<double>(min);
  // A double without an upper limit may exceed every integer.
  const bool limited = max != Range{}.max;
  const bool high = parsed.integer
                        ? *parsed.integer > max
                        : parsed.number && limited && *parsed.number > static_cast<double>(max);
  if (low) return fmt::format("Value must be at least {}", min);
  if (high) return fmt::format("Value must be no more than {}", max);
  return {};
}

bool listed(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto space = words.find(' ');
    if (words.substr(0, space) == word) return true;
    words.remove_prefix(space == std::string_view::npos ? words.size() : space + 1);
  }
  return false;
}

std::string inert_reason(const Option& row, const std::optional<std::string>& usual,
                         std::string_view canonical) {
  if (row.inert.empty() || row.also == "*") return {};
  if ((usual && *usual == canonical) || listed(row.also, canonical)) return {};
  const std::string accepted = !usual           ? "leave it unset"
                               : usual->empty() ? "leave it empty"
                                                : "only " + *usual + " is accepted";
  return fmt::format("{}: {}", accepted, row.inert);
}

}  // namespace

std::string invalid_value(std::string_view value, std::string_view key, std::string_view why) {
  return fmt::format("Invalid value {} for configuration {}: {}", value, key, why);
}

OptionSet::OptionSet(std::span<const Option> rows, const void* defaults,
                     std::span<const Option> inert)
    : defaults_(defaults) {
  for (const auto part : {rows, inert}) {
    for (const Option& row : part) {
      rows_.push_back(&row);
      LEAT_CHECK(by_name_.emplace(row.key, &row).second, "key twice: {}", row.key);
    }
  }
}

std::vector<const Option*> OptionSet::rows_by_name() const {
  auto sorted = rows_;
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->key < b->key; });
  return sorted;
}

const Option* OptionSet::find(std::string_view key) const {
  const auto it = by_name_.find(key);
  return it == by_name_.end() ? nullptr : it->second;
}

StatusOr<std::string> OptionSet::canonical(const Option& row, std::string_view text) const {
  Parsed parsed = row.ops->read(text);
  if (!parsed.error.empty()) {
    return make_status(StatusCode::kInvalidArgument,
                       invalid_value(row.sensitive ? "[hidden]" : text, row.key, parsed.error));
  }
  std::string reason = out_of_range_reason(row, parsed);
  if (reason.empty() && row.check != nullptr) reason = row.check(parsed.canonical);
  if (reason.empty()) reason = inert_reason(row, default_text(row), parsed.canonical);
  if (reason.empty()) return std::move(parsed.canonical);
  return make_status(StatusCode::kInvalidArgument,
                     invalid_value(row.sensitive ? "[hidden]" : parsed.canonical, row.key, reason));
}

void OptionSet::store(const Option& row, std::string_view canonical, void* object) const {
  if (row.has_member()) row.ops->store(member(row, object), canonical);
}

Status OptionSet::set(std::string_view key, std::string_view text, void* object) const {
  const Option* row = find(key);
  if (row == nullptr) return invalid_argument("Unknown configuration key {}", key);
  ASSIGN_OR_RETURN(const std::string value, canonical(*row, text));
  store(*row, value, object);
  return Status();
}

std::optional<std::string> OptionSet::default_text(const Option& row) const {
  return text(row, defaults_);
}

std::optional<std::string> OptionSet::text(const Option& row, const void* object) const {
  if (row.has_member()) return row.ops->print(member(row, object));
  return is_null(row.fixed) ? std::nullopt : std::optional<std::string>(row.fixed);
}

std::string_view OptionSet::nearest(std::string_view key) const {
  std::vector<std::string_view> keys;
  for (const Option* row : rows_) keys.push_back(row->key);
  return nearest_name(key, keys);
}

}  // namespace leat::config
