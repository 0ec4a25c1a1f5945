#pragma once

#include "common/protocol/types.h"

// RenewDelegationToken (key 39): versions 1-2, flexible since 2.
namespace leat {

struct RenewDelegationTokenResponse;

struct RenewDelegationTokenRequest {
  Bytes hmac;
  std::int64_t renew_period_ms = 0;

  static constexpr std::int16_t kKey = 39;
  using Response = RenewDelegationTokenResponse;
  static const wire::MessageSpec& schema();
};

struct RenewDelegationTokenResponse {
  std::int16_t error_code = 0;
  std::int64_t expiry_timestamp_ms = 0;
  std::int32_t throttle_time_ms = 0;

  static constexpr std::int16_t kKey = 39;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
