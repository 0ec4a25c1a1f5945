// leat_schema_diff: our message tables and our codec, for comparison with Kafka's.
//
//   leat_schema_diff tables               the tables as JSON, for compare.py
//   leat_schema_diff emit SEED [COUNT]    COUNT (3) random messages per API and version
//   leat_schema_diff again                reads messages, decodes and encodes them again; exits 1
//                                         when the bytes differ
//
// emit and again write the stream that `MessageCrossCheck verify --json` of tests/oracle reads:
// int16 API key, int8 is a response, int16 version, int32 length, body, int32 length, value as
// JSON. `again` reads the same stream, as `MessageCrossCheck encode` writes it.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "common/protocol/api_keys.h"
#include "common/protocol/codec.h"
#include "common/protocol/random_message.h"
#include "common/protocol/registry.h"
#include "tools/schema_diff/kafka_json.h"

namespace leat::schema_diff {
namespace {

using namespace wire;

template <class T>
std::optional<T> read_number() {
  std::byte raw[sizeof(T)];
  if (std::fread(raw, 1, sizeof raw, stdin) != sizeof raw) return std::nullopt;
  return load_be<T>(raw);
}

std::optional<Bytes> read_block() {
  const auto size = read_number<std::int32_t>();
  if (!size || *size < 0) return std::nullopt;
  Bytes bytes(static_cast<std::size_t>(*size));
  if (std::fread(bytes.data(), 1, bytes.size(), stdin) != bytes.size()) return std::nullopt;
  return bytes;
}

void write_block(Bytes& out, ByteView block) {
  append_be(out, static_cast<std::int32_t>(block.size()));
  append(out, block);
}

void write_message(const MessageSpec& spec, Version v, const std::byte* message, ByteView body) {
  Bytes out;
  append_be(out, spec.key);
  append_be(out, static_cast<std::int8_t>(spec.type == MessageType::kResponse ? 1 : 0));
  append_be(out, v);
  write_block(out, body);
  write_block(out, as_bytes(message_json(spec, v, message)));
  std::fwrite(out.data(), 1, out.size(), stdout);
}

int tables() {
  std::string out = "[";
  for (const MessageSpec* spec : all_specs()) {
    if (is_own(ApiKey{spec->key})) continue;
    if (out.size() > 1) out += ",\n";
    out += table_json(*spec);
  }
  fmt::print("{}]\n", out);
  return 0;
}

int emit(std::uint64_t seed, int count) {
  Random random(seed);
  for (const MessageSpec* spec : all_specs()) {
    if (spec->type == MessageType::kData || is_own(ApiKey{spec->key})) continue;
    for (int n = 0; n < count * (spec->valid.to - spec->valid.from + 1); ++n) {
      const auto v = static_cast<Version>(spec->valid.from + n / count);
      const AnyMessage message = spec->make();
      random_message(*spec, v, random, message.get());
      Encoder out;
      if (const Status s = encode(*spec, message.get(), v, out); !s.ok()) {
        fmt::print(stderr, "{}\n", describe(s));
        return 1;
      }
      write_message(*spec, v, message.get(), out.take_bytes());
    }
  }
  return 0;
}

// What is wrong, or an empty string.
std::string again(const MessageSpec& spec, Version v, ByteView body) {
  const AnyMessage message = spec.make();
  if (const Status s = decode(spec, body, v, message.get()); !s.ok()) return describe(s);
  Encoder out;
  if (const Status s = encode(spec, message.get(), v, out); !s.ok()) return describe(s);
  const Bytes encoded = out.take_bytes();
  write_message(spec, v, message.get(), encoded);
  return std::equal(encoded.begin(), encoded.end(), body.begin(), body.end()) ? "" : "other bytes";
}

int again() {
  int read = 0;
  int different = 0;
  while (const auto key = read_number<std::int16_t>()) {
    const auto response = read_number<std::int8_t>();
    const auto v = read_number<Version>();
    const auto body = read_block();
    const auto json = read_block();
    if (!response || !v || !body || !json) return 1;
    const MessageSpec* spec =
        *response != 0 ? find_response_spec(ApiKey{*key}) : find_request_spec(ApiKey{*key});
    const std::string problem = spec == nullptr ? "no such message" : again(*spec, *v, *body);
    ++read;
    if (problem.empty()) continue;
    ++different;
    fmt::print(stderr, "{} {} v{}: {}\n", name(ApiKey{*key}),
               *response != 0 ? "response" : "request", *v, problem);
  }
  fmt::print(stderr, "{} messages, {} different\n", read, different);
  return different == 0 && read > 0 ? 0 : 1;
}

}  // namespace
}  // namespace leat::schema_diff

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "tables") return leat::schema_diff::tables();
  if (command == "again") return leat::schema_diff::again();
  if (command == "emit" && argc > 2) {
    return leat::schema_diff::emit(std::strtoull(argv[2], nullptr, 10),
                                   argc > 3 ? std::atoi(argv[3]) : 3);
  }
  fmt::print(stderr, "usage: leat_schema_diff tables | emit SEED [COUNT] | again\n");
  return 2;
}
