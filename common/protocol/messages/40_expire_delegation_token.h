#pragma once

#include "common/protocol/types.h"

// ExpireDelegationToken (key 40): versions 1-2, flexible since 2.
namespace leat {

struct ExpireDelegationTokenResponse;

struct ExpireDelegationTokenRequest {
  Bytes hmac;
  std::int64_t expiry_time_period_ms = 0;

  static constexpr std::int16_t kKey = 40;
  using Response = ExpireDelegationTokenResponse;
  static const wire::MessageSpec& schema();
};

struct ExpireDelegationTokenResponse {
  std::int16_t error_code = 0;
  std::int64_t expiry_timestamp_ms = 0;
  std::int32_t throttle_time_ms = 0;

  static constexpr std::int16_t kKey = 40;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
