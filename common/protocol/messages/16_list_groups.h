#pragma once

#include "common/protocol/types.h"

// ListGroups (key 16): versions 0-5, flexible since 3.
//   Request
//     v4: adds StatesFilter
//     v5: adds TypesFilter
//   Response
//     v1: adds ThrottleTimeMs
//     v4: adds GroupState
//     v5: adds GroupType
namespace leat {

struct ListGroupsResponse;

struct ListGroupsRequest {
  std::vector<std::string> states_filter;
  std::vector<std::string> types_filter;

  static constexpr std::int16_t kKey = 16;
  using Response = ListGroupsResponse;
  static const wire::MessageSpec& schema();
};

struct ListGroupsResponse {
  struct Group {
    std::string group_id;
    std::string protocol_type;
    std::string group_state;
    std::string group_type;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::vector<Group> groups;

  static constexpr std::int16_t kKey = 16;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
