#pragma once

#include "common/protocol/types.h"

// UnregisterBroker (key 64): versions 0, flexible since 0.
namespace leat {

struct UnregisterBrokerResponse;

struct UnregisterBrokerRequest {
  std::int32_t broker_id = 0;

  static constexpr std::int16_t kKey = 64;
  using Response = UnregisterBrokerResponse;
  static const wire::MessageSpec& schema();
};

struct UnregisterBrokerResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};

  static constexpr std::int16_t kKey = 64;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
