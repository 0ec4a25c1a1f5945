#pragma once

#include "common/protocol/types.h"

// IncrementalAlterConfigs (key 44): versions 0-1, flexible since 1.
namespace leat {

struct IncrementalAlterConfigsResponse;

struct IncrementalAlterConfigsRequest {
  struct Config {
    std::string name;
    std::int8_t config_operation = 0;
    std::optional<std::string> value = std::string{};
  };
  struct Resource {
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::vector<Config> configs;
  };
  std::vector<Resource> resources;
  bool validate_only = false;

  static constexpr std::int16_t kKey = 44;
  using Response = IncrementalAlterConfigsResponse;
  static const wire::MessageSpec& schema();
};

struct IncrementalAlterConfigsResponse {
  struct Resource {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
    std::int8_t resource_type = 0;
    std::string resource_name;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Resource> responses;

  static constexpr std::int16_t kKey = 44;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
