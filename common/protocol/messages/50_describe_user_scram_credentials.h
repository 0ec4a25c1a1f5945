#pragma once

#include "common/protocol/types.h"

// DescribeUserScramCredentials (key 50): versions 0, flexible since 0.
namespace leat {

struct DescribeUserScramCredentialsResponse;

struct DescribeUserScramCredentialsRequest {
  struct User {
    std::string name;
  };
  std::optional<std::vector<User>> users = std::vector<User>{};

  static constexpr std::int16_t kKey = 50;
  using Response = DescribeUserScramCredentialsResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeUserScramCredentialsResponse {
  struct CredentialInfo {
    std::int8_t mechanism = 0;
    std::int32_t iterations = 0;
  };
  struct Result {
    std::string user;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
    std::vector<CredentialInfo> credential_infos;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 50;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
