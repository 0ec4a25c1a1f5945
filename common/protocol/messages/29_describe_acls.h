#pragma once

#include "common/protocol/types.h"

// DescribeAcls (key 29): versions 1-3, flexible since 2.
namespace leat {

struct DescribeAclsResponse;

struct DescribeAclsRequest {
  std::int8_t resource_type_filter = 0;
  std::optional<std::string> resource_name_filter = std::string{};
  std::int8_t pattern_type_filter = 3;
  std::optional<std::string> principal_filter = std::string{};
  std::optional<std::string> host_filter = std::string{};
  std::int8_t operation = 0;
  std::int8_t permission_type = 0;

  static constexpr std::int16_t kKey = 29;
  using Response = DescribeAclsResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeAclsResponse {
  struct Acl {
    std::string principal;
    std::string host;
    std::int8_t operation = 0;
    std::int8_t permission_type = 0;
  };
  struct Resource {
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::int8_t pattern_type = 3;
    std::vector<Acl> acls;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};
  std::vector<Resource> resources;

  static constexpr std::int16_t kKey = 29;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
