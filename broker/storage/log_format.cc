#include "broker/storage/log_format.h"

#include <fmt/format.h>

#include <charconv>

namespace leat::storage {

static_assert(kOffsetIndexEntryBytes == 2 * sizeof(std::int32_t));
static_assert(kTimeIndexEntryBytes == sizeof(std::int64_t) + sizeof(std::int32_t));

namespace {
constexpr std::size_t kOffsetDigits = 20;
constexpr std::string_view kSuffixes[] = {kLogSuffix, kIndexSuffix, kTimeIndexSuffix,
                                          kTxnIndexSuffix, kSnapshotSuffix};
}  // namespace

std::string segment_file_name(Offset base, std::string_view suffix) {
  return fmt::format("{:020}{}", base.value(), suffix);
}

std::optional<SegmentFileName> parse_segment_file_name(std::string_view name) {
  if (name.size() <= kOffsetDigits) return std::nullopt;
  std::int64_t base = 0;
  const char* const digits_end = name.data() + kOffsetDigits;
  const auto [end, error] = std::from_chars(name.data(), digits_end, base);
  if (error != std::errc() || end != digits_end || base < 0) return std::nullopt;
  std::string_view rest = name.substr(kOffsetDigits);
  SegmentFileName parsed{Offset{base}, {}, false};
  if (rest.ends_with(kDeletedSuffix)) {
    parsed.deleted = true;
    rest.remove_suffix(kDeletedSuffix.size());
  }
  for (const std::string_view suffix : kSuffixes) {
    if (rest != suffix) continue;
    parsed.suffix = suffix;
    return parsed;
  }
  return std::nullopt;
}

}  // namespace leat::storage
