#include "tools/leat/log_print.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "common/record/compression.h"
#include "tools/leat/json_text.h"

namespace leat::cli {

void LogPrinter::add(const LogSummary& file) {
  ++files_;
  batches_ += file.batches;
  records_ += file.records;
  if (file.damages > LogFileReport::kMaxListed)
    damages_ += file.damages - LogFileReport::kMaxListed;
}

std::string codec_names(std::uint32_t codecs) {
  std::string text;
  for (std::uint32_t bit = 0; bit <= record::kCompressionMask; ++bit) {
    if ((codecs & (1u << bit)) == 0) continue;
    if (!text.empty()) text += ' ';
    if (bit <= record::kLastCompression)
      text += record::to_string(static_cast<record::Compression>(bit));
    else
      text += fmt::format("unknown-{}", bit);
  }
  return text;
}

std::string batch_flags(const record::BatchHeader& header) {
  std::string text;
  const auto add = [&](bool set, std::string_view name) {
    if (!set) return;
    if (!text.empty()) text += ' ';
    text += name;
  };
  add(header.is_transactional(), "transactional");
  add(header.is_control(), "control");
  add(header.timestamp_type() == record::TimestampType::kLogAppendTime, "log-append-time");
  add(header.delete_horizon_ms().has_value(), "delete-horizon");
  return text;
}

void append_readable(std::string& out, const std::optional<ByteView>& bytes) {
  if (!bytes) {
    out += "null";
  } else if (!append_json_string(out, as_text(*bytes))) {
    out += "0x";
    for (const std::byte b : *bytes) fmt::format_to(std::back_inserter(out), "{:02x}", b);
  }
}

std::string readable_time(std::int64_t ms) {
  constexpr std::int64_t kYear0 = -62'167'219'200'000;
  constexpr std::int64_t kYear10000 = 253'402'300'800'000;
  if (ms == record::kNoTimestamp) return "no time";
  if (ms < kYear0 || ms >= kYear10000) return fmt::format("time {}", ms);
  const std::int64_t milli = ((ms % 1000) + 1000) % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>((ms - milli) / 1000)), milli);
}

}  // namespace leat::cli
