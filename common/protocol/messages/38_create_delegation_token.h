#pragma once

#include "common/protocol/types.h"

// CreateDelegationToken (key 38): versions 1-3, flexible since 2.
//   Request
//     v3: adds OwnerPrincipalType, OwnerPrincipalName
//   Response
//     v3: adds TokenRequesterPrincipalType, TokenRequesterPrincipalName
namespace leat {

struct CreateDelegationTokenResponse;

struct CreateDelegationTokenRequest {
  struct Renewer {
    std::string principal_type;
    std::string principal_name;
  };
  std::optional<std::string> owner_principal_type = std::string{};
  std::optional<std::string> owner_principal_name = std::string{};
  std::vector<Renewer> renewers;
  std::int64_t max_lifetime_ms = 0;

  static constexpr std::int16_t kKey = 38;
  using Response = CreateDelegationTokenResponse;
  static const wire::MessageSpec& schema();
};

struct CreateDelegationTokenResponse {
  std::int16_t error_code = 0;
  std::string principal_type;
  std::string principal_name;
  std::string token_requester_principal_type;
  std::string token_requester_principal_name;
  std::int64_t issue_timestamp_ms = 0;
  std::int64_t expiry_timestamp_ms = 0;
  std::int64_t max_timestamp_ms = 0;
  std::string token_id;
  Bytes hmac;
  std::int32_t throttle_time_ms = 0;

  static constexpr std::int16_t kKey = 38;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
