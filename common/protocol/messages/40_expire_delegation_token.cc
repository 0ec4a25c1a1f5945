#include "common/protocol/messages/40_expire_delegation_token.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ExpireDelegationTokenRequest, WIRE_FIELD(hmac, "Hmac", .sensitive = true),
            WIRE_FIELD(expiry_time_period_ms, "ExpiryTimePeriodMs"));

WIRE_STRUCT(ExpireDelegationTokenResponse, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(expiry_timestamp_ms, "ExpiryTimestampMs"),
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"));

}  // namespace wire

const wire::MessageSpec& ExpireDelegationTokenRequest::schema() {
  static constexpr auto kSpec = wire::message<ExpireDelegationTokenRequest>(
      "ExpireDelegationTokenRequest", wire::MessageType::kRequest, {1, 2}, 2);
  return kSpec;
}

const wire::MessageSpec& ExpireDelegationTokenResponse::schema() {
  static constexpr auto kSpec = wire::message<ExpireDelegationTokenResponse>(
      "ExpireDelegationTokenResponse", wire::MessageType::kResponse, {1, 2}, 2);
  return kSpec;
}

}  // namespace leat
