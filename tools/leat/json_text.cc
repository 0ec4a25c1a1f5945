#include "tools/leat/json_text.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "tools/leat/base64.h"

namespace leat::cli {
namespace {

// Length of the UTF-8 sequence at the front of `text`, 0 when it is none. Refuses overlong forms,
// surrogates and what lies above U+10FFFF.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t count) {
    if (text.size() < count) return false;
    for (std::size_t i = 1; i < count; ++i)
      if ((byte(i) & 0xc0) != 0x80) return false;
    return true;
  };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(2) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!follows(3)) return 0;
    if (first == 0xe0 && byte(1) < 0xa0) return 0;
    if (first == 0xed && byte(1) > 0x9f) return 0;
    return 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (!follows(4)) return 0;
    if (first == 0xf0 && byte(1) < 0x90) return 0;
    if (first == 0xf4 && byte(1) > 0x8f) return 0;
    return 4;
  }
  return 0;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

void append_bytes(std::string& out, std::string_view name, const std::optional<ByteView>& bytes) {
  const std::size_t before = out.size();
  fmt::format_to(std::back_inserter(out), ",\"{}\":", name);
  if (!bytes) {
    out += "null";
  } else if (!append_json_string(out, as_text(*bytes))) {
    out.resize(before);
    fmt::format_to(std::back_inserter(out), ",\"{}_base64\":\"", name);
    append_base64(out, as_text(*bytes));
    out += '"';
  }
}

}  // namespace

bool append_json_string(std::string& out, std::string_view bytes) {
  const std::size_t before = out.size();
  out += '"';
  while (!bytes.empty()) {
    const char c = bytes.front();
    const std::size_t length = utf8_length(bytes);
    if (length == 0) {
      out.resize(before);
      return false;
    }
    if (length == 1 && (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7f))
      append_escaped(out, c);
    else
      out.append(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  out += '"';
  return true;
}

void append_json_record(std::string& out, const RecordView& record) {
  out += "{\"topic\":";
  append_json_string(out, record.topic);
  fmt::format_to(std::back_inserter(out), ",\"partition\":{},\"offset\":{},\"timestamp\":{}",
                 record.partition, record.offset, record.timestamp_ms);
  append_bytes(out, "key", record.key);
  append_bytes(out, "value", record.value);
  if (!record.headers.empty()) {
    out += ",\"headers\":[";
    for (std::size_t i = 0; i < record.headers.size(); ++i) {
      out += i == 0 ? "{\"key\":" : ",{\"key\":";
      if (!append_json_string(out, record.headers[i].key)) out += "null";
      append_bytes(out, "value", record.headers[i].value);
      out += '}';
    }
    out += ']';
  }
  out += "}\n";
}

}  // namespace leat::cli
