#pragma once

#include "common/protocol/types.h"

// AlterUserScramCredentials (key 51): versions 0, flexible since 0.
namespace leat {

struct AlterUserScramCredentialsResponse;

struct AlterUserScramCredentialsRequest {
  struct Deletion {
    std::string name;
    std::int8_t mechanism = 0;
  };
  struct Upsertion {
    std::string name;
    std::int8_t mechanism = 0;
    std::int32_t iterations = 0;
    Bytes salt;
    Bytes salted_password;
  };
  std::vector<Deletion> deletions;
  std::vector<Upsertion> upsertions;

  static constexpr std::int16_t kKey = 51;
  using Response = AlterUserScramCredentialsResponse;
  static const wire::MessageSpec& schema();
};

struct AlterUserScramCredentialsResponse {
  struct Result {
    std::string user;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 51;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
