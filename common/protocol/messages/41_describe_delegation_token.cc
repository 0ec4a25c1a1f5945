#include "common/protocol/messages/41_describe_delegation_token.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeDelegationTokenRequest::Owner, WIRE_FIELD(principal_type, "PrincipalType"),
            WIRE_FIELD(principal_name, "PrincipalName"));

WIRE_STRUCT(DescribeDelegationTokenRequest, WIRE_FIELD(owners, "Owners", .nullable = kAlways));

WIRE_STRUCT(DescribeDelegationTokenResponse::Renewer, WIRE_FIELD(principal_type, "PrincipalType"),
            WIRE_FIELD(principal_name, "PrincipalName"));

WIRE_STRUCT(
    DescribeDelegationTokenResponse::Token, WIRE_FIELD(principal_type, "PrincipalType"),
    WIRE_FIELD(principal_name, "PrincipalName"),
    WIRE_FIELD(token_requester_principal_type, "TokenRequesterPrincipalType", .present = since(3)),
    WIRE_FIELD(token_requester_principal_name, "TokenRequesterPrincipalName", .present = since(3)),
    WIRE_FIELD(issue_timestamp, "IssueTimestamp"), WIRE_FIELD(expiry_timestamp, "ExpiryTimestamp"),
    WIRE_FIELD(max_timestamp, "MaxTimestamp"), WIRE_FIELD(token_id, "TokenId"),
    WIRE_FIELD(hmac, "Hmac", .sensitive = true), WIRE_FIELD(renewers, "Renewers"));

WIRE_STRUCT(DescribeDelegationTokenResponse, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(tokens, "Tokens"), WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"));

}  // namespace wire

const wire::MessageSpec& DescribeDelegationTokenRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeDelegationTokenRequest>(
      "DescribeDelegationTokenRequest", wire::MessageType::kRequest, {1, 3}, 2);
  return kSpec;
}

const wire::MessageSpec& DescribeDelegationTokenResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeDelegationTokenResponse>(
      "DescribeDelegationTokenResponse", wire::MessageType::kResponse, {1, 3}, 2);
  return kSpec;
}

}  // namespace leat
