#include "common/protocol/messages/38_create_delegation_token.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(CreateDelegationTokenRequest::Renewer, WIRE_FIELD(principal_type, "PrincipalType"),
            WIRE_FIELD(principal_name, "PrincipalName"));

WIRE_STRUCT(CreateDelegationTokenRequest,
            WIRE_FIELD(owner_principal_type, "OwnerPrincipalType", .present = since(3),
                       .nullable = kAlways),
            WIRE_FIELD(owner_principal_name, "OwnerPrincipalName", .present = since(3),
                       .nullable = kAlways),
            WIRE_FIELD(renewers, "Renewers"), WIRE_FIELD(max_lifetime_ms, "MaxLifetimeMs"));

WIRE_STRUCT(
    CreateDelegationTokenResponse, WIRE_FIELD(error_code, "ErrorCode"),
    WIRE_FIELD(principal_type, "PrincipalType"), WIRE_FIELD(principal_name, "PrincipalName"),
    WIRE_FIELD(token_requester_principal_type, "TokenRequesterPrincipalType", .present = since(3)),
    WIRE_FIELD(token_requester_principal_name, "TokenRequesterPrincipalName", .present = since(3)),
    WIRE_FIELD(issue_timestamp_ms, "IssueTimestampMs"),
    WIRE_FIELD(expiry_timestamp_ms, "ExpiryTimestampMs"),
    WIRE_FIELD(max_timestamp_ms, "MaxTimestampMs"), WIRE_FIELD(token_id, "TokenId"),
    WIRE_FIELD(hmac, "Hmac", .sensitive = true), WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"));

}  // namespace wire

const wire::MessageSpec& CreateDelegationTokenRequest::schema() {
  static constexpr auto kSpec = wire::message<CreateDelegationTokenRequest>(
      "CreateDelegationTokenRequest", wire::MessageType::kRequest, {1, 3}, 2);
  return kSpec;
}

const wire::MessageSpec& CreateDelegationTokenResponse::schema() {
  static constexpr auto kSpec = wire::message<CreateDelegationTokenResponse>(
      "CreateDelegationTokenResponse", wire::MessageType::kResponse, {1, 3}, 2);
  return kSpec;
}

}  // namespace leat
