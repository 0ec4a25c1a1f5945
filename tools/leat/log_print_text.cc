#include <fmt/format.h>

#include "common/record/control_record.h"
#include "tools/leat/log_print.h"
#include "tools/leat/table.h"

namespace leat::cli {
namespace {

class LogTextPrinter final : public LogPrinter {
 public:
  LogTextPrinter(Output& out, bool details) : LogPrinter(out), details_(details) {}

  void begin(const LogSummary& file) override {
    if (details_) line("{}", file.path);
  }
  void batch(const LogBatch& batch) override;
  void record(const LogBatch& batch, const record::RecordView& record) override;
  void fact(std::string_view path, const LogFact& fact) override;
  void damage(const LogDamage& damage) override;
  void note(std::string_view path, std::string_view text) override;
  void end(const LogSummary& file) override;
  void total() override;

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_.buffer()), format, std::forward<Args>(args)...);
    out_.write("\n");
  }

  const bool details_;
};

std::string producer_text(const record::BatchHeader& header) {
  if (!header.has_producer_id()) return {};
  if (header.base_sequence < 0)
    return fmt::format("  producer {} epoch {}", header.producer_id, header.producer_epoch);
  return fmt::format("  producer {} epoch {} sequence {}..{}", header.producer_id,
                     header.producer_epoch, header.base_sequence, header.last_sequence());
}

std::string producers_text(const LogSummary& file) {
  constexpr std::size_t kShown = 8;
  if (file.producers.empty()) return {};
  std::string text = file.producers.size() == 1 ? ", producer" : ", producers";
  std::size_t left = kShown;
  for (const std::int64_t id : file.producers) {
    if (left-- == 0) break;
    text += fmt::format(" {}", id);
  }
  if (file.producers.size() > kShown)
    text += fmt::format(" ({}{})", file.more_producers ? "more than " : "", file.producers.size());
  return text;
}

std::string summary_text(const LogSummary& file) {
  std::string text =
      fmt::format("{}, {}", file.kind, human_bytes(static_cast<std::int64_t>(file.bytes)));
  if (file.kind != "log" && file.kind != "torn bytes")
    return text + ", " + (file.entries == 1 ? "1 entry" : with_commas(file.entries) + " entries");
  text += fmt::format(", {}, {}",
                      file.batches == 1 ? "1 batch" : with_commas(file.batches) + " batches",
                      counted(file.records, "record"));
  if (file.first) text += fmt::format(", offsets {}..{}", *file.first, *file.last);
  if (file.gaps > 0) text += fmt::format(", {} in the offsets", counted(file.gaps, "gap"));
  if (file.max_timestamp != record::kNoTimestamp)
    text += fmt::format(", newest {}", readable_time(file.max_timestamp));
  if (file.codecs != 0) text += fmt::format(", {}", codec_names(file.codecs));
  return text + producers_text(file);
}

void LogTextPrinter::batch(const LogBatch& batch) {
  const record::BatchHeader& h = batch.header;
  const std::string flags = batch_flags(h);
  line("  {:>10}  offsets {}..{}  {}  {} bytes  {}  {}  epoch {}{}{}{}", batch.position,
       h.base_offset, h.last_offset(), counted(h.record_count, "record"), h.size_in_bytes(),
       codec_names(1u << (h.attributes & record::kCompressionMask)), readable_time(h.max_timestamp),
       h.leader_epoch, producer_text(h), flags.empty() ? "" : "  " + flags,
       batch.sound ? "" : "  DAMAGED");
}

void LogTextPrinter::record(const LogBatch& batch, const record::RecordView& record) {
  std::string text = fmt::format("  {:>12}  {}  ", record.offset, readable_time(record.timestamp));
  const auto marker = record::parse_end_txn_marker(record);
  if (batch.header.is_control() && marker) {
    text += fmt::format("{} of producer {}, coordinator epoch {}",
                        marker->type == record::ControlType::kCommit ? "commit" : "abort",
                        batch.header.producer_id, marker->coordinator_epoch);
    return line("{}", text);
  }
  append_readable(text, record.key);
  text += " = ";
  append_readable(text, record.value);
  for (const record::HeaderView& header : record.headers) {
    text += &header == record.headers.data() ? "  {" : ", ";
    append_readable(text, as_bytes(header.key));
    text += ": ";
    append_readable(text, header.value);
  }
  if (!record.headers.empty()) text += '}';
  line("{}", text);
}

void LogTextPrinter::fact(std::string_view, const LogFact& fact) {
  std::string text = " ";
  for (const auto& [name, value] : fact) {
    fmt::format_to(std::back_inserter(text), " {}={}", name,
                   std::holds_alternative<std::int64_t>(value)
                       ? std::to_string(std::get<std::int64_t>(value))
                       : std::get<std::string>(value));
  }
  line("{}", text);
}

void LogTextPrinter::damage(const LogDamage& damage) {
  add_damage();
  line("DAMAGE {} position {}: {}: {}", damage.path, damage.position, damage.rule, damage.text);
}

void LogTextPrinter::note(std::string_view path, std::string_view text) {
  line("note   {}: {}", path, text);
}

void LogTextPrinter::end(const LogSummary& file) {
  add(file);
  if (details_)
    line("  = {}{}", summary_text(file),
         file.damages > 0 ? ", " + counted(file.damages, "damage") : "");
  else
    line("{} {}: {}", file.damages > 0 ? "BAD   " : "ok    ", file.path, summary_text(file));
}

void LogTextPrinter::total() {
  line("{}, {}, {}, {}", counted(files_, "file"),
       batches_ == 1 ? "1 batch" : with_commas(batches_) + " batches", counted(records_, "record"),
       damages_ == 0 ? "no damage" : counted(damages_, "damage"));
}

}  // namespace

std::unique_ptr<LogPrinter> make_log_text_printer(Output& out, bool details) {
  return std::make_unique<LogTextPrinter>(out, details);
}

}  // namespace leat::cli
