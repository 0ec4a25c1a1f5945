#include "common/protocol/messages/39_renew_delegation_token.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(RenewDelegationTokenRequest, WIRE_FIELD(hmac, "Hmac", .sensitive = true),
            WIRE_FIELD(renew_period_ms, "RenewPeriodMs"));

WIRE_STRUCT(RenewDelegationTokenResponse, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(expiry_timestamp_ms, "ExpiryTimestampMs"),
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"));

}  // namespace wire

const wire::MessageSpec& RenewDelegationTokenRequest::schema() {
  static constexpr auto kSpec = wire::message<RenewDelegationTokenRequest>(
      "RenewDelegationTokenRequest", wire::MessageType::kRequest, {1, 2}, 2);
  return kSpec;
}

const wire::MessageSpec& RenewDelegationTokenResponse::schema() {
  static constexpr auto kSpec = wire::message<RenewDelegationTokenResponse>(
      "RenewDelegationTokenResponse", wire::MessageType::kResponse, {1, 2}, 2);
  return kSpec;
}

}  // namespace leat
