#pragma once

#include "common/protocol/types.h"

// SaslHandshake (key 17): versions 0-1, never flexible.
namespace leat {

struct SaslHandshakeResponse;

struct SaslHandshakeRequest {
  std::string mechanism;

  static constexpr std::int16_t kKey = 17;
  using Response = SaslHandshakeResponse;
  static const wire::MessageSpec& schema();
};

struct SaslHandshakeResponse {
  std::int16_t error_code = 0;
  std::vector<std::string> mechanisms;

  static constexpr std::int16_t kKey = 17;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
