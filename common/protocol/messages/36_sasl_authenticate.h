#pragma once

#include "common/protocol/types.h"

// SaslAuthenticate (key 36): versions 0-2, flexible since 2.
//   Response
//     v1: adds SessionLifetimeMs
namespace leat {

struct SaslAuthenticateResponse;

struct SaslAuthenticateRequest {
  Bytes auth_bytes;

  static constexpr std::int16_t kKey = 36;
  using Response = SaslAuthenticateResponse;
  static const wire::MessageSpec& schema();
};

struct SaslAuthenticateResponse {
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};
  Bytes auth_bytes;
  std::int64_t session_lifetime_ms = 0;

  static constexpr std::int16_t kKey = 36;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
