#include "tools/leat/log_report.h"

namespace leat::cli {

LogFileReport::LogFileReport(LogReport& report, std::string path, std::string kind,
                             std::uint64_t bytes)
    : report_(report) {
  summary_.path = std::move(path);
  summary_.kind = std::move(kind);
  summary_.bytes = bytes;
  report_.begin(summary_);
}

LogFileReport::~LogFileReport() {
  if (summary_.damages > kMaxListed)
    note(fmt::format("{} more damages are not listed", summary_.damages - kMaxListed));
  report_.end(summary_);
}

void LogFileReport::damage(std::uint64_t position, std::string_view rule, std::string text) {
  if (damage_expected_) return note(fmt::format("position {}: {}: {}", position, rule, text));
  if (++summary_.damages > kMaxListed) return;
  report_.damage({summary_.path, position, std::string(rule), std::move(text)});
}

}  // namespace leat::cli
