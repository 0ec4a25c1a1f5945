#pragma once

#include "common/protocol/types.h"

// DeleteAcls (key 31): versions 1-3, flexible since 2.
namespace leat {

struct DeleteAclsResponse;

struct DeleteAclsRequest {
  struct Filter {
    std::int8_t resource_type_filter = 0;
    std::optional<std::string> resource_name_filter = std::string{};
    std::int8_t pattern_type_filter = 3;
    std::optional<std::string> principal_filter = std::string{};
    std::optional<std::string> host_filter = std::string{};
    std::int8_t operation = 0;
    std::int8_t permission_type = 0;
  };
  std::vector<Filter> filters;

  static constexpr std::int16_t kKey = 31;
  using Response = DeleteAclsResponse;
  static const wire::MessageSpec& schema();
};

struct DeleteAclsResponse {
  struct MatchingAcl {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::int8_t pattern_type = 3;
    std::string principal;
    std::string host;
    std::int8_t operation = 0;
    std::int8_t permission_type = 0;
  };
  struct FilterResult {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
    std::vector<MatchingAcl> matching_acls;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<FilterResult> filter_results;

  static constexpr std::int16_t kKey = 31;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
