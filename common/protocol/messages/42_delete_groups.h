#pragma once

#include "common/protocol/types.h"

// DeleteGroups (key 42): versions 0-3, flexible since 2.
//   Response
//     v3: adds ErrorMessage
namespace leat {

struct DeleteGroupsResponse;

struct DeleteGroupsRequest {
  std::vector<std::string> groups_names;

  static constexpr std::int16_t kKey = 42;
  using Response = DeleteGroupsResponse;
  static const wire::MessageSpec& schema();
};

struct DeleteGroupsResponse {
  struct Result {
    std::string group_id;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 42;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
