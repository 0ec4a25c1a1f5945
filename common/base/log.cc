#include "common/base/log.h"

#include <unistd.h>

#include <atomic>
#include <ctime>

#include "common/base/clock.h"

namespace leat {
namespace {

std::atomic<LogLevel> g_level{LogLevel::kInfo};

constexpr std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "DEBUG";
    case LogLevel::kInfo: return "INFO ";
    case LogLevel::kWarn: return "WARN ";
    case LogLevel::kError: return "ERROR";
  }
  return "?";
}

std::string_view file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

void set_log_level(LogLevel level) { g_level.store(level, std::memory_order_relaxed); }
bool log_enabled(LogLevel level) { return level >= g_level.load(std::memory_order_relaxed); }

void internal::write_log(LogLevel level, const char* file, int line, std::string_view text) {
  const std::int64_t now_ms = system_clock().wall_ms();
  const auto seconds = static_cast<std::time_t>(now_ms / 1000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  fmt::memory_buffer out;
  fmt::format_to(fmt::appender(out),
                 "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z {} {}:{} {}\n", utc.tm_year + 1900,
                 utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, now_ms % 1000,
                 level_name(level), file_name(file), line, text);
  // One write per line, so that lines of several threads do not mix.
  [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, out.data(), out.size());
}

}  // namespace leat
