#include <cstdint>

#include "common/base/check.h"
#include "common/protocol/codec.h"
#include "common/protocol/dump.h"
#include "common/protocol/header.h"
#include "common/protocol/registry.h"

// What must hold for any bytes, read as a whole request frame, as a response frame, and as the body
// of any message in any of its versions (which one: the first three bytes):
//   - they are decoded within DecodeLimits or refused, never worse;
//   - what is decoded can be shown, encoded in its version, and comes back the same.
namespace {

using namespace leat;
using namespace leat::wire;

void read_body(const MessageSpec& spec, Version v, ByteView body) {
  const AnyMessage message = spec.make();
  if (!decode(spec, body, v, message.get()).ok()) return;
  dump(spec, v, message.get());
  Encoder out;
  const Status encoded = encode(spec, message.get(), v, out);
  LEAT_CHECK(encoded.ok(), "{} v{}: {}", spec.name, v, describe(encoded));
  const Bytes bytes = out.take_bytes();
  const AnyMessage again = spec.make();
  const Status decoded = decode(spec, bytes, v, again.get());
  LEAT_CHECK(decoded.ok(), "{} v{}: {}", spec.name, v, describe(decoded));
  LEAT_CHECK(equal(spec.body, message.get(), again.get()), "{} v{}", spec.name, v);
}

void read_request(ByteView frame) {
  const auto header = decode_request_header(frame);
  if (!header.ok() || header->servable != Servable::kYes) return;
  LEAT_CHECK(header->body_offset <= frame.size());
  const MessageSpec* request = find_request_spec(header->api_key);
  LEAT_CHECK(request != nullptr);
  read_body(*request, header->version, frame.subspan(header->body_offset));
  const MessageSpec* response = find_response_spec(header->api_key);
  const auto answer = decode_response_header(frame, header->api_key, header->version);
  if (response == nullptr || !answer.ok()) return;
  LEAT_CHECK(answer->body_offset <= frame.size());
  read_body(*response, header->version, frame.subspan(answer->body_offset));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(reinterpret_cast<const std::byte*>(data), size);
  read_request(input);
  if (size < 3) return 0;
  const auto specs = all_specs();
  const MessageSpec& spec = *specs[load_be<std::uint16_t>(input.data()) % specs.size()];
  if (spec.valid.empty()) return 0;
  const int versions = spec.valid.to - spec.valid.from + 1;
  read_body(spec, static_cast<Version>(spec.valid.from + data[2] % versions), input.subspan(3));
  return 0;
}
