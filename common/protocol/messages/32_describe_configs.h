#pragma once

#include "common/protocol/types.h"

// DescribeConfigs (key 32): versions 1-4, flexible since 4.
//   Request
//     v3: adds IncludeDocumentation
//   Response
//     v3: adds ConfigType, Documentation
namespace leat {

struct DescribeConfigsResponse;

struct DescribeConfigsRequest {
  struct Resource {
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::optional<std::vector<std::string>> configuration_keys = std::vector<std::string>{};
  };
  std::vector<Resource> resources;
  bool include_synonyms = false;
  bool include_documentation = false;

  static constexpr std::int16_t kKey = 32;
  using Response = DescribeConfigsResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeConfigsResponse {
  struct Synonym {
    std::string name;
    std::optional<std::string> value = std::string{};
    std::int8_t source = 0;
  };
  struct Config {
    std::string name;
    std::optional<std::string> value = std::string{};
    bool read_only = false;
    std::int8_t config_source = -1;
    bool is_sensitive = false;
    std::vector<Synonym> synonyms;
    std::int8_t config_type = 0;
    std::optional<std::string> documentation = std::string{};
  };
  struct Result {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::vector<Config> configs;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 32;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
