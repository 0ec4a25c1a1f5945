#include <algorithm>
#include <numeric>

#include "common/config/option_set.h"

namespace leat::config {
namespace {

// Insertions, deletions and replacements that turn one into the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

constexpr std::size_t kLongestName = 200;  // beyond it nobody mistyped a key

}  // namespace

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
  if (name.size() > kLongestName) return {};
  std::size_t best = std::max<std::size_t>(2, name.size() / 4) + 1;
  std::string_view nearest;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

namespace {
constexpr Unsupported kUnsupported[] = {
#define UNSUPPORTED(key, reason) {key, reason},
#include "common/config/unsupported.inc"
#undef UNSUPPORTED
};
}  // namespace

std::span<const Unsupported> unsupported_keys() {
  return kUnsupported;
}

std::string_view unsupported_reason(std::string_view key) {
  for (const Unsupported& row : kUnsupported) {
    const bool prefix = row.key.ends_with('*');
    const std::string_view stem = row.key.substr(0, row.key.size() - (prefix ? 1 : 0));
    if (prefix ? key.starts_with(stem) : key == stem) return row.reason;
  }
  return {};
}

}  // namespace leat::config
