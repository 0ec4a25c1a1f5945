#pragma once

#include <fmt/format.h>

#include <string_view>

// One line per event on standard error: time, level, file:line, text. Text is a short sentence
// followed by key=value pairs: LOG_INFO("recovered partition={} end={}", name, end).
namespace leat {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// Process-wide; kInfo unless set. Thread-safe.
void set_log_level(LogLevel level);
bool log_enabled(LogLevel level);

namespace internal {
void write_log(LogLevel level, const char* file, int line, std::string_view text);
}  // namespace internal

}  // namespace leat

#define LEAT_LOG(level, ...)                                                                  \
  do {                                                                                        \
    if (::leat::log_enabled(level))                                                           \
      ::leat::internal::write_log(level, __FILE__, __LINE__, ::fmt::format(__VA_ARGS__));     \
  } while (false)
#define LOG_DEBUG(...) LEAT_LOG(::leat::LogLevel::kDebug, __VA_ARGS__)
#define LOG_INFO(...) LEAT_LOG(::leat::LogLevel::kInfo, __VA_ARGS__)
#define LOG_WARN(...) LEAT_LOG(::leat::LogLevel::kWarn, __VA_ARGS__)
#define LOG_ERROR(...) LEAT_LOG(::leat::LogLevel::kError, __VA_ARGS__)
