#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/status.h"
#include "common/protocol/api_keys.h"
#include "common/protocol/codec.h"

// What stands between the size of a frame and the body of a message. A frame here is what follows
// the four size bytes. Request headers are version 2 where the body is flexible, else 1; response
// headers 1 or 0, and always 0 for ApiVersions, whose reader does not know the version yet
// (KIP-511).
namespace leat::wire {

inline constexpr std::size_t kFrameSizeBytes = 4;

// Can the rest of a request be read?
enum class Servable : std::uint8_t {
  kYes,
  kUnknownKey,      // close the connection
  kUnknownVersion,  // ApiVersions: answer version 0 with UNSUPPORTED_VERSION; else close
};

struct RequestHeader {
  ApiKey api_key{};
  Version version = 0;
  std::int32_t correlation_id = 0;
  std::optional<std::string_view> client_id;  // points into the frame
  std::size_t body_offset = 0;                // of the frame; where the body begins
  Servable servable = Servable::kYes;         // otherwise the two before are not set
};

struct ResponseHeader {
  std::int32_t correlation_id = 0;
  std::size_t body_offset = 0;
};

// 1 or 2; 0 or 1. `spec` is of the request, or of the response.
int request_header_version(const MessageSpec& spec, Version v);
int response_header_version(const MessageSpec& spec, Version v);

// corruption when the frame is too short for its header.
StatusOr<RequestHeader> decode_request_header(ByteView frame);
StatusOr<ResponseHeader> decode_response_header(ByteView frame, ApiKey key, Version v);

// A whole frame, size bytes included. Fails as encode() does.
StatusOr<Payload> encode_request(const MessageSpec& spec, const std::byte* message, Version v,
                                 std::int32_t correlation_id,
                                 std::optional<std::string_view> client_id);
StatusOr<Payload> encode_response(const MessageSpec& spec, const std::byte* message, Version v,
                                  std::int32_t correlation_id);

template <class M>
StatusOr<Payload> encode_request(const M& message, Version v, std::int32_t correlation_id,
                                 std::optional<std::string_view> client_id) {
  return encode_request(M::schema(), reinterpret_cast<const std::byte*>(&message), v,
                        correlation_id, client_id);
}
template <class M>
StatusOr<Payload> encode_response(const M& message, Version v, std::int32_t correlation_id) {
  return encode_response(M::schema(), reinterpret_cast<const std::byte*>(&message), v,
                         correlation_id);
}

}  // namespace leat::wire
