#include <fmt/format.h>

#include "tools/leat/base64.h"
#include "tools/leat/json_text.h"
#include "tools/leat/log_print.h"

namespace leat::cli {
namespace {

// One object on one line; the names are ours and need no escapes.
class JsonLine {
 public:
  JsonLine(std::string& out, std::string_view type) : out_(out) {
    out_ += "{\"type\":\"";
    out_ += type;
    out_ += '"';
  }
  ~JsonLine() { out_ += "}\n"; }
  JsonLine(const JsonLine&) = delete;
  JsonLine& operator=(const JsonLine&) = delete;

  JsonLine& number(std::string_view name, std::int64_t value) {
    fmt::format_to(std::back_inserter(out_), ",\"{}\":{}", name, value);
    return *this;
  }
  JsonLine& text(std::string_view name, std::string_view value) {
    return bytes(name, as_bytes(value));
  }
  JsonLine& boolean(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
  }
  JsonLine& bytes(std::string_view name, const std::optional<ByteView>& value) {
    if (!value) return raw(name, "null");
    std::string quoted;
    if (append_json_string(quoted, as_text(*value))) return raw(name, quoted);
    quoted = "\"";
    append_base64(quoted, as_text(*value));
    quoted += '"';
    return raw(fmt::format("{}_base64", name), quoted);
  }
  JsonLine& raw(std::string_view name, std::string_view json) {
    fmt::format_to(std::back_inserter(out_), ",\"{}\":{}", name, json);
    return *this;
  }

 private:
  std::string& out_;
};

std::string headers_json(std::span<const record::HeaderView> headers) {
  std::string text = "[";
  for (const record::HeaderView& header : headers) {
    std::string one;
    JsonLine(one, "header").text("key", header.key).bytes("value", header.value);
    one.pop_back();
    text += (text.size() > 1 ? "," : "") + one;
  }
  return text + "]";
}

std::string producers_json(const LogSummary& file) {
  std::string text = "[";
  for (const std::int64_t id : file.producers)
    text += fmt::format("{}{}", text.size() > 1 ? "," : "", id);
  return text + "]";
}

class JsonPrinter final : public LogPrinter {
 public:
  explicit JsonPrinter(Output& out) : LogPrinter(out) {}

  void begin(const LogSummary&) override {}
  void batch(const LogBatch& batch) override {
    const record::BatchHeader& h = batch.header;
    JsonLine(out_.buffer(), "batch")
        .text("file", batch.path)
        .number("position", static_cast<std::int64_t>(batch.position))
        .number("bytes", static_cast<std::int64_t>(h.size_in_bytes()))
        .number("base_offset", h.base_offset.value())
        .number("last_offset", h.last_offset().value())
        .number("records", h.record_count)
        .text("codec", codec_names(1u << (h.attributes & record::kCompressionMask)))
        .number("max_timestamp", h.max_timestamp)
        .number("leader_epoch", h.leader_epoch.value())
        .number("producer_id", h.producer_id.value())
        .number("producer_epoch", h.producer_epoch.value())
        .number("base_sequence", h.base_sequence)
        .text("flags", batch_flags(h))
        .boolean("sound", batch.sound);
    out_.flush_if_large();
  }
  void record(const LogBatch& batch, const record::RecordView& record) override {
    JsonLine(out_.buffer(), "record")
        .text("file", batch.path)
        .number("offset", record.offset.value())
        .number("timestamp", record.timestamp)
        .bytes("key", record.key)
        .bytes("value", record.value)
        .raw("headers", headers_json(record.headers));
    out_.flush_if_large();
  }
  void fact(std::string_view path, const LogFact& fact) override {
    {
      JsonLine line(out_.buffer(), "entry");
      line.text("file", path);
      for (const auto& [name, value] : fact) {
        if (const auto* number = std::get_if<std::int64_t>(&value))
          line.number(name, *number);
        else
          line.text(name, std::get<std::string>(value));
      }
    }
    out_.flush_if_large();
  }
  void damage(const LogDamage& damage) override {
    add_damage();
    JsonLine(out_.buffer(), "damage")
        .text("file", damage.path)
        .number("position", static_cast<std::int64_t>(damage.position))
        .text("rule", damage.rule)
        .text("text", damage.text);
  }
  void note(std::string_view path, std::string_view text) override {
    JsonLine(out_.buffer(), "note").text("file", path).text("text", text);
  }
  void end(const LogSummary& file) override {
    add(file);
    JsonLine line(out_.buffer(), "file");
    line.text("file", file.path)
        .text("kind", file.kind)
        .number("bytes", static_cast<std::int64_t>(file.bytes))
        .number("entries", file.entries)
        .number("batches", file.batches)
        .number("records", file.records)
        .number("gaps", file.gaps);
    if (file.first)
      line.number("first_offset", file.first->value()).number("last_offset", file.last->value());
    line.number("max_timestamp", file.max_timestamp)
        .text("codecs", codec_names(file.codecs))
        .raw("producer_ids", producers_json(file))
        .number("damages", file.damages);
  }
  void total() override {
    JsonLine(out_.buffer(), "total")
        .number("files", files_)
        .number("batches", batches_)
        .number("records", records_)
        .number("damages", damages_);
  }
};

}  // namespace

std::unique_ptr<LogPrinter> make_log_json_printer(Output& out) {
  return std::make_unique<JsonPrinter>(out);
}

}  // namespace leat::cli
