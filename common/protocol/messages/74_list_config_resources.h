#pragma once

#include "common/protocol/types.h"

// ListConfigResources (key 74): versions 0-1, flexible since 0.
//   Request
//     v1: adds ResourceTypes
//   Response
//     v1: adds ResourceType
namespace leat {

struct ListConfigResourcesResponse;

struct ListConfigResourcesRequest {
  std::vector<std::int8_t> resource_types;

  static constexpr std::int16_t kKey = 74;
  using Response = ListConfigResourcesResponse;
  static const wire::MessageSpec& schema();
};

struct ListConfigResourcesResponse {
  struct ConfigResource {
    std::string resource_name;
    std::int8_t resource_type = 16;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::vector<ConfigResource> config_resources;

  static constexpr std::int16_t kKey = 74;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
