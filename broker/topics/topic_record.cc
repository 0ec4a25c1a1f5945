#include "broker/topics/topic_record.h"

#include <cstring>
#include <optional>

#include "common/base/bytes.h"
#include "common/base/varint.h"

namespace leat::topics {
namespace {

constexpr std::byte kVersion{1};

void append_text(Bytes& out, std::string_view text) {
  append_uvarint(out, text.size());
  append(out, as_bytes(text));
}

std::optional<std::string> read_text(ByteView& in) {
  const auto size = read_uvarint(in);
  if (!size || *size > in.size()) return std::nullopt;
  std::string text = to_string(in.first(*size));
  in = in.subspan(*size);
  return text;
}

}  // namespace

std::string encode(const TopicRecord& record) {
  Bytes out{kVersion};
  append_text(out, record.name);
  append(out, std::as_bytes(std::span(record.id.bytes)));
  append_uvarint(out, static_cast<std::uint64_t>(record.partitions));
  append_uvarint(out, record.overrides.size());
  for (const auto& [key, value] : record.overrides) {
    append_text(out, key);
    append_text(out, value);
  }
  return to_string(ByteView(out));
}

StatusOr<TopicRecord> decode_topic_record(std::string_view value) {
  const auto damaged = [] { return corruption("a topic's record in the metadata log is damaged"); };
  ByteView in = as_bytes(value);
  if (in.empty()) return damaged();
  if (in[0] != kVersion) {
    return corruption("a topic's record has version {}, this Leat knows 1",
                      static_cast<int>(in[0]));
  }
  in = in.subspan(1);
  TopicRecord record;
  auto name = read_text(in);
  if (!name || in.size() < record.id.bytes.size()) return damaged();
  record.name = std::move(*name);
  std::memcpy(record.id.bytes.data(), in.data(), record.id.bytes.size());
  in = in.subspan(record.id.bytes.size());
  const auto partitions = read_uvarint(in, kMaxVarint32Bytes);
  const auto overrides = read_uvarint(in, kMaxVarint32Bytes);
  if (!partitions || !overrides) return damaged();
  record.partitions = static_cast<std::int32_t>(*partitions);
  for (std::uint64_t i = 0; i < *overrides; ++i) {
    auto key = read_text(in);
    auto text = read_text(in);
    if (!key || !text) return damaged();
    record.overrides.emplace(std::move(*key), std::move(*text));
  }
  return record;
}

}  // namespace leat::topics
