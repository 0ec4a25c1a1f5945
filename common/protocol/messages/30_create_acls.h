#pragma once

#include "common/protocol/types.h"

// CreateAcls (key 30): versions 1-3, flexible since 2.
namespace leat {

struct CreateAclsResponse;

struct CreateAclsRequest {
  struct Creation {
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::int8_t resource_pattern_type = 3;
    std::string principal;
    std::string host;
    std::int8_t operation = 0;
    std::int8_t permission_type = 0;
  };
  std::vector<Creation> creations;

  static constexpr std::int16_t kKey = 30;
  using Response = CreateAclsResponse;
  static const wire::MessageSpec& schema();
};

struct CreateAclsResponse {
  struct Result {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 30;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
