#include "tools/leat/record_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <optional>
#include <utility>

#include "tools/leat/base64.h"

namespace leat::cli {
namespace {

using TextPrinter = void (*)(std::string&, std::string_view);
using Text = std::function<std::optional<std::string_view>(const RecordView&)>;
using Number = std::int64_t (*)(const RecordView&);

std::optional<std::string_view> as_text_or_null(const std::optional<ByteView>& bytes) {
  if (!bytes) return std::nullopt;
  return as_text(*bytes);
}

std::int64_t length_of(const std::optional<ByteView>& bytes) {
  return bytes ? static_cast<std::int64_t>(bytes->size()) : -1;
}

void print_plain(std::string& out, std::string_view text) { out.append(text); }

void print_hex(std::string& out, std::string_view text) {
  for (const char c : text) fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
}

std::optional<TextPrinter> text_printer(std::string_view modifier) {
  if (modifier.empty()) return print_plain;
  if (modifier == "hex") return print_hex;
  if (modifier == "base64") return append_base64;
  return std::nullopt;
}

// How to print a number: decimal, hex of a width, or raw bytes.
struct NumberStyle {
  enum class Kind { kDecimal, kHex, kBig, kLittle } kind = Kind::kDecimal;
  int bytes = 0;  // 0: as many hex digits as it takes
};

std::optional<NumberStyle> number_style(std::string_view modifier) {
  using Kind = NumberStyle::Kind;
  if (modifier.empty() || modifier == "ascii") return NumberStyle{};
  if (modifier == "hex") return NumberStyle{.kind = Kind::kHex};
  for (const auto& [name, kind] : {std::pair{std::string_view("hex"), Kind::kHex},
                                   std::pair{std::string_view("big"), Kind::kBig},
                                   std::pair{std::string_view("little"), Kind::kLittle}}) {
    if (!modifier.starts_with(name)) continue;
    for (const int bytes : {1, 2, 4, 8})
      if (modifier.substr(name.size()) == std::to_string(bytes * 8))
        return NumberStyle{.kind = kind, .bytes = bytes};
  }
  return std::nullopt;
}

void print_number(std::string& out, std::int64_t value, NumberStyle style) {
  const auto bits = static_cast<std::uint64_t>(value);
  switch (style.kind) {
    case NumberStyle::Kind::kDecimal: {
      const fmt::format_int digits(value);
      out.append(digits.data(), digits.size());
      return;
    }
    case NumberStyle::Kind::kHex: {
      const std::uint64_t kept =
          style.bytes == 0 || style.bytes == 8 ? bits : bits & ((1ull << (8 * style.bytes)) - 1);
      fmt::format_to(std::back_inserter(out), "{:0{}x}", kept, style.bytes * 2);
      return;
    }
    case NumberStyle::Kind::kBig:
      for (int i = style.bytes - 1; i >= 0; --i) out += static_cast<char>(bits >> (8 * i));
      return;
    case NumberStyle::Kind::kLittle:
      for (int i = 0; i < style.bytes; ++i) out += static_cast<char>(bits >> (8 * i));
      return;
  }
}

void print_time(std::string& out, std::int64_t ms, const std::string& pattern) {
  const std::time_t seconds = static_cast<std::time_t>(ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 256> text;
  out.append(text.data(), std::strftime(text.data(), text.size(), pattern.c_str(), &parts));
}

void print_iso(std::string& out, std::int64_t ms) {
  print_time(out, ms, "%Y-%m-%dT%H:%M:%S");
  fmt::format_to(std::back_inserter(out), ".{:03}Z", ((ms % 1000) + 1000) % 1000);
}

std::optional<Number> number_field(char c) {
  switch (c) {
    case 'p': return [](const RecordView& r) { return std::int64_t{r.partition}; };
    case 'o': return [](const RecordView& r) { return r.offset; };
    case 'e': return [](const RecordView& r) { return std::int64_t{r.leader_epoch}; };
    case 'x': return [](const RecordView& r) { return r.producer_id; };
    case 'y': return [](const RecordView& r) { return std::int64_t{r.producer_epoch}; };
    case 'K': return [](const RecordView& r) { return length_of(r.key); };
    case 'V':
    case 'S': return [](const RecordView& r) { return length_of(r.value); };
    case 'T': return [](const RecordView& r) { return static_cast<std::int64_t>(r.topic.size()); };
    case 'H': return [](const RecordView& r) { return static_cast<std::int64_t>(r.headers.size()); };
    default: return std::nullopt;
  }
}

void print_headers(std::string& out, const RecordView& record) {
  bool first = true;
  for (const HeaderView& header : record.headers) {
    if (!first) out += ',';
    first = false;
    out.append(header.key);
    out += '=';
    out.append(as_text_or_null(header.value).value_or("NULL"));
  }
}

}  // namespace

// Recursive descent over the format; a header format is a format of its own whose %k and %v are the
// header's.
class FormatParser {
 public:
  explicit FormatParser(std::string_view text) : text_(text) {}

  StatusOr<RecordFormat> parse() {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '%') RETURN_IF_ERROR(field());
      else if (c == '\\') RETURN_IF_ERROR(escape());
      else literal_ += c;
    }
    flush_literal();
    return std::move(format_);
  }

 private:
  template <class... Args>
  Status wrong(fmt::format_string<Args...> what, Args&&... args) const {
    return invalid_argument("format '{}', at character {}: {}", text_, at_,
                            fmt::format(what, std::forward<Args>(args)...));
  }

  void flush_literal() {
    if (literal_.empty()) return;
    add([text = std::exchange(literal_, {})](std::string& out, const RecordView&) { out += text; });
  }

  void add(RecordFormat::Printer printer) { format_.printers_.push_back(std::move(printer)); }

  Status field() {
    if (at_ == text_.size()) return wrong("a % at the end; write %% for a percent sign");
    const char c = text_[at_++];
    if (c == '%' || c == '{' || c == '}') {
      literal_ += c;
      return Status();
    }
    flush_literal();
    ASSIGN_OR_RETURN(const std::string_view modifier, take_modifier());
    if (const auto number = number_field(c)) return number_printer(c, *number, modifier);
    switch (c) {
      case 'v':
      case 's': return text_field(c, modifier, [](const RecordView& r) { return as_text_or_null(r.value); });
      case 'k': return text_field(c, modifier, [](const RecordView& r) { return as_text_or_null(r.key); });
      case 't': return text_field(c, modifier, [](const RecordView& r) { return std::optional(r.topic); });
      case 'd': return time_field(modifier);
      case 'h': return header_field(modifier);
      default:
        return wrong("there is no field %{}; fields are %v %k %t %p %o %d %h %e %x %y, lengths "
                     "%V %K %T %H",
                     c);
    }
  }

  // The text between balanced braces that directly follow a field; empty when there are none.
  StatusOr<std::string_view> take_modifier() {
    if (at_ == text_.size() || text_[at_] != '{') return std::string_view();
    const std::size_t begin = ++at_;
    for (int depth = 1; at_ < text_.size(); ++at_) {
      if (text_[at_] == '%' || text_[at_] == '\\') {
        ++at_;
        continue;
      }
      if (text_[at_] == '{') ++depth;
      if (text_[at_] == '}' && --depth == 0) return text_.substr(begin, at_++ - begin);
    }
    return wrong("a {{ without its }}");
  }

  Status text_field(char c, std::string_view modifier, Text get) {
    const auto print = text_printer(modifier);
    if (!print) return wrong("%{}{{{}}}: text takes {{hex}} or {{base64}}", c, modifier);
    add([get = std::move(get), print = *print](std::string& out, const RecordView& record) {
      if (const auto text = get(record)) print(out, *text);
    });
    return Status();
  }

  Status number_printer(char c, Number get, std::string_view modifier) {
    const auto style = number_style(modifier);
    if (!style)
      return wrong("%{}{{{}}}: a number takes {{hex}}, {{hex8}} … {{hex64}}, {{big8}} … {{big64}} or "
                   "{{little8}} … {{little64}}", c, modifier);
    add([get, style = *style](std::string& out, const RecordView& record) {
      print_number(out, get(record), style);
    });
    return Status();
  }

  Status time_field(std::string_view modifier) {
    if (modifier.starts_with("strftime[") && modifier.ends_with("]")) {
      add([pattern = std::string(modifier.substr(9, modifier.size() - 10))](
              std::string& out, const RecordView& r) { print_time(out, r.timestamp_ms, pattern); });
      return Status();
    }
    if (modifier == "iso") {
      add([](std::string& out, const RecordView& r) { print_iso(out, r.timestamp_ms); });
      return Status();
    }
    const auto style = number_style(modifier);
    if (!style) return wrong("%d{{{}}}: a time takes {{strftime[%F %T]}} or {{iso}}", modifier);
    add([style = *style](std::string& out, const RecordView& r) {
      print_number(out, r.timestamp_ms, style);
    });
    return Status();
  }

  Status header_field(std::string_view modifier) {
    if (modifier.empty()) {
      add(print_headers);
      return Status();
    }
    ASSIGN_OR_RETURN(RecordFormat inner, FormatParser(modifier).parse());
    add([inner = std::move(inner)](std::string& out, const RecordView& record) {
      RecordView one = record;
      for (const HeaderView& header : record.headers) {
        one.key = as_bytes(header.key);
        one.value = header.value;
        inner.append(out, one);
      }
    });
    return Status();
  }

  Status escape() {
    if (at_ == text_.size()) return wrong("a \\ at the end; write \\\\ for a backslash");
    switch (const char c = text_[at_++]) {
      case 'n': literal_ += '\n'; return Status();
      case 't': literal_ += '\t'; return Status();
      case 'r': literal_ += '\r'; return Status();
      case '0': literal_ += '\0'; return Status();
      case '\\': literal_ += '\\'; return Status();
      case 'x': return hex_escape();
      default: return wrong("\\{} is no escape; there are \\n \\t \\r \\0 \\\\ \\xHH", c);
    }
  }

  Status hex_escape() {
    unsigned value = 0;
    const char* begin = text_.data() + at_;
    const char* end = begin + std::min<std::size_t>(2, text_.size() - at_);
    const auto [stop, error] = std::from_chars(begin, end, value, 16);
    if (error != std::errc() || stop != begin + 2) return wrong("\\x takes two hex digits");
    literal_ += static_cast<char>(value);
    at_ += 2;
    return Status();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string literal_;
  RecordFormat format_;
};

StatusOr<RecordFormat> RecordFormat::parse(std::string_view format) {
  return FormatParser(format).parse();
}

void RecordFormat::append(std::string& out, const RecordView& record) const {
  for (const Printer& print : printers_) print(out, record);
}

}  // namespace leat::cli
