#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/ids.h"
#include "common/record/record_reader.h"

// What `leat log` finds in files, on its way from the readers (log_segment, log_index, …) to the
// printers (log_print).
namespace leat::cli {

// Something in a file that no sound file has.
struct LogDamage {
  std::string path;
  std::uint64_t position = 0;  // bytes from the front of the file; text files: the line, from 0
  // Which rule is broken; scripts may rely on the name. A batch's are those of record::Violation;
  // the others are in the headers of the readers.
  std::string rule;
  std::string text;  // for people
};

// A file as a whole. What does not apply to its kind stays empty.
struct LogSummary {
  std::string path;
  std::string kind;  // "log", "torn bytes", "offset index", "time index", "epochs", …
  std::uint64_t bytes = 0;
  std::int64_t batches = 0;
  std::int64_t records = 0;
  std::int64_t entries = 0;
  std::int64_t gaps = 0;  // places where offsets are missing between batches
  std::optional<Offset> first;
  std::optional<Offset> last;
  std::int64_t max_timestamp = record::kNoTimestamp;
  std::uint32_t codecs = 0;  // a bit per record::Compression
  std::set<std::int64_t> producers;
  bool more_producers = false;  // there were more than kMaxProducers
  std::int64_t damages = 0;

  static constexpr std::size_t kMaxProducers = 1000;
};

struct LogBatch {
  std::string_view path;
  std::uint64_t position = 0;
  record::BatchHeader header;
  bool sound = true;
};

// One line of an index or a checkpoint: names and values in the order in which they are shown.
using LogFact = std::vector<std::pair<std::string_view, std::variant<std::int64_t, std::string>>>;

// One thread. begin and end enclose what is said of a file; files do not nest.
class LogReport {
 public:
  virtual ~LogReport() = default;
  // Of `file` only path, kind and bytes are known yet.
  virtual void begin(const LogSummary& file) = 0;
  virtual void batch(const LogBatch& batch) = 0;
  // A record of `batch`; the views last for the call.
  virtual void record(const LogBatch& batch, const record::RecordView& record) = 0;
  virtual void fact(std::string_view path, const LogFact& fact) = 0;
  virtual void damage(const LogDamage& damage) = 0;
  // Worth knowing, not wrong.
  virtual void note(std::string_view path, std::string_view text) = 0;
  virtual void end(const LogSummary& file) = 0;
};

// What to look at, for all readers.
struct LogReadOptions {
  bool details = false;  // batches, index entries, rows
  bool records = false;
  // Details of offsets in [from, to) only; damage is looked for everywhere.
  Offset from{0};
  Offset to{INT64_MAX};
  bool gaps_are_damage = false;  // for topics that are not compacted
};

// Reports of one file: counts damage, and after kMaxListed of them only counts. Ends the file when
// it goes.
class LogFileReport {
 public:
  LogFileReport(LogReport& report, std::string path, std::string kind, std::uint64_t bytes);
  ~LogFileReport();
  LogFileReport(const LogFileReport&) = delete;
  LogFileReport& operator=(const LogFileReport&) = delete;

  LogSummary& summary() { return summary_; }
  const std::string& path() const { return summary_.path; }
  LogReport& report() { return report_; }
  void damage(std::uint64_t position, std::string_view rule, std::string text);
  void note(std::string_view text) { report_.note(summary_.path, text); }
  void fact(const LogFact& fact) { report_.fact(summary_.path, fact); }
  // From here on damage is expected and becomes notes: bytes that recovery cut off.
  void expect_damage() { damage_expected_ = true; }

  static constexpr std::int64_t kMaxListed = 100;

 private:
  LogReport& report_;
  LogSummary summary_;
  bool damage_expected_ = false;
};

}  // namespace leat::cli
