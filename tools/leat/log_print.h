#pragma once

#include <memory>
#include <string>

#include "tools/leat/log_report.h"
#include "tools/leat/output.h"

namespace leat::cli {

// Prints as it goes. total() ends the output; damages() is how many there were.
class LogPrinter : public LogReport {
 public:
  std::int64_t damages() const { return damages_; }
  virtual void total() = 0;

 protected:
  explicit LogPrinter(Output& out) : out_(out) {}

  void add(const LogSummary& file);
  void add_damage() { ++damages_; }
  // Over all files.
  std::int64_t files_ = 0;
  std::int64_t batches_ = 0;
  std::int64_t records_ = 0;
  std::int64_t damages_ = 0;
  Output& out_;
};

// For people: what a file holds is indented below its path, damage begins with "DAMAGE", and each
// file ends in one line. Without `details` that line is all there is of a sound file.
std::unique_ptr<LogPrinter> make_log_text_printer(Output& out, bool details);

// For programs: one object a line, its "type" being file (the summary), batch, record, entry,
// damage, note or total. Bytes that are not UTF-8 as in append_json_record.
std::unique_ptr<LogPrinter> make_log_json_printer(Output& out);

// "none gzip"
std::string codec_names(std::uint32_t codecs);
// "transactional control", "" for a plain batch.
std::string batch_flags(const record::BatchHeader& header);
// Printable UTF-8 in quotes, other bytes as 0x…, null as null.
void append_readable(std::string& out, const std::optional<ByteView>& bytes);
// "2026-01-31T14:00:05.250Z"; the number when it is no time of the years 0 to 9999.
std::string readable_time(std::int64_t ms);

}  // namespace leat::cli
