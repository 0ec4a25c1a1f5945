#include "common/protocol/header.h"

#include "common/protocol/reader.h"

namespace leat::wire {
namespace {

StatusOr<Payload> finish_frame(const MessageSpec& spec, const std::byte* message, Version v,
                               Encoder& out) {
  RETURN_IF_ERROR(encode(spec, message, v, out));
  const std::uint64_t size = out.size() - kFrameSizeBytes;
  if (size > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) {
    return invalid_argument("{} v{} of {} bytes does not fit a frame", spec.name, v, size);
  }
  out.set_int32(0, static_cast<std::int32_t>(size));
  return out.take();
}

}  // namespace

int request_header_version(const MessageSpec& spec, Version v) {
  return spec.flexible(v) ? 2 : 1;
}

int response_header_version(const MessageSpec& spec, Version v) {
  if (spec.key == static_cast<std::int16_t>(ApiKey::kApiVersions)) return 0;
  return spec.flexible(v) ? 1 : 0;
}

StatusOr<RequestHeader> decode_request_header(ByteView frame) {
  Reader in(frame);
  RequestHeader header;
  header.api_key = ApiKey{in.number<std::int16_t>()};
  header.version = in.number<Version>();
  header.correlation_id = in.number<std::int32_t>();
  if (!in.ok()) return corruption("request of {} bytes: header {}", frame.size(), in.problem());
  const MessageSpec* spec = find_request_spec(header.api_key);
  if (spec == nullptr || !spec->valid.contains(header.version)) {
    header.servable = spec == nullptr ? Servable::kUnknownKey : Servable::kUnknownVersion;
    return header;
  }
  // Old-style length even where the header is flexible: an older broker must be able to read it.
  const auto length = in.number<std::int16_t>();
  if (length >= 0) header.client_id = as_text(in.take(static_cast<std::size_t>(length)));
  if (request_header_version(*spec, header.version) >= 2) skip_tagged_fields(in);
  if (!in.ok()) return corruption("{} v{}: header {}", spec->name, header.version, in.problem());
  header.body_offset = in.position();
  return header;
}

StatusOr<ResponseHeader> decode_response_header(ByteView frame, ApiKey key, Version v) {
  const MessageSpec* spec = find_response_spec(key);
  if (spec == nullptr) return unimplemented("no responses of API key {}", static_cast<int>(key));
  Reader in(frame);
  ResponseHeader header;
  header.correlation_id = in.number<std::int32_t>();
  if (response_header_version(*spec, v) >= 1) skip_tagged_fields(in);
  if (!in.ok()) return corruption("{} v{}: header {}", spec->name, v, in.problem());
  header.body_offset = in.position();
  return header;
}

StatusOr<Payload> encode_request(const MessageSpec& spec, const std::byte* message, Version v,
                                 std::int32_t correlation_id,
                                 std::optional<std::string_view> client_id) {
  Encoder out(512);
  out.int32(0);  // the size, when it is known
  out.int16(spec.key);
  out.int16(v);
  out.int32(correlation_id);
  if (client_id && client_id->size() > DecodeLimits::kMaxString) {
    return invalid_argument("a client id of {} bytes is too long", client_id->size());
  }
  out.int16(client_id ? static_cast<std::int16_t>(client_id->size()) : std::int16_t{-1});
  if (client_id) out.raw(as_bytes(*client_id));
  if (request_header_version(spec, v) >= 2) out.uvarint(0);
  return finish_frame(spec, message, v, out);
}

StatusOr<Payload> encode_response(const MessageSpec& spec, const std::byte* message, Version v,
                                  std::int32_t correlation_id) {
  Encoder out(512);
  out.int32(0);  // the size, when it is known
  out.int32(correlation_id);
  if (response_header_version(spec, v) >= 1) out.uvarint(0);
  return finish_frame(spec, message, v, out);
}

}  // namespace leat::wire
