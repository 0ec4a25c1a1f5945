#pragma once

#include "common/protocol/types.h"

// DescribeDelegationToken (key 41): versions 1-3, flexible since 2.
//   Response
//     v3: adds TokenRequesterPrincipalType, TokenRequesterPrincipalName
namespace leat {

struct DescribeDelegationTokenResponse;

struct DescribeDelegationTokenRequest {
  struct Owner {
    std::string principal_type;
    std::string principal_name;
  };
  std::optional<std::vector<Owner>> owners = std::vector<Owner>{};

  static constexpr std::int16_t kKey = 41;
  using Response = DescribeDelegationTokenResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeDelegationTokenResponse {
  struct Renewer {
    std::string principal_type;
    std::string principal_name;
  };
  struct Token {
    std::string principal_type;
    std::string principal_name;
    std::string token_requester_principal_type;
    std::string token_requester_principal_name;
    std::int64_t issue_timestamp = 0;
    std::int64_t expiry_timestamp = 0;
    std::int64_t max_timestamp = 0;
    std::string token_id;
    Bytes hmac;
    std::vector<Renewer> renewers;
  };
  std::int16_t error_code = 0;
  std::vector<Token> tokens;
  std::int32_t throttle_time_ms = 0;

  static constexpr std::int16_t kKey = 41;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
