#pragma once

#include "common/protocol/types.h"

// AlterConfigs (key 33): versions 0-2, flexible since 2.
namespace leat {

struct AlterConfigsResponse;

struct AlterConfigsRequest {
  struct Config {
    std::string name;
    std::optional<std::string> value = std::string{};
  };
  struct Resource {
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::vector<Config> configs;
  };
  std::vector<Resource> resources;
  bool validate_only = false;

  static constexpr std::int16_t kKey = 33;
  using Response = AlterConfigsResponse;
  static const wire::MessageSpec& schema();
};

struct AlterConfigsResponse {
  struct Resource {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
    std::int8_t resource_type = 0;
    std::string resource_name;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Resource> responses;

  static constexpr std::int16_t kKey = 33;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
