#pragma once

#include "common/protocol/types.h"

// DescribeGroups (key 15): versions 0-6, flexible since 5.
//   Request
//     v3: adds IncludeAuthorizedOperations
//   Response
//     v1: adds ThrottleTimeMs
//     v3: adds AuthorizedOperations
//     v4: adds GroupInstanceId
//     v6: adds ErrorMessage
namespace leat {

struct DescribeGroupsResponse;

struct DescribeGroupsRequest {
  std::vector<std::string> groups;
  bool include_authorized_operations = false;

  static constexpr std::int16_t kKey = 15;
  using Response = DescribeGroupsResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeGroupsResponse {
  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    Bytes member_metadata;
    Bytes member_assignment;
  };
  struct Group {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    std::string protocol_type;
    std::string protocol_data;
    std::vector<Member> members;
    std::int32_t authorized_operations = std::numeric_limits<std::int32_t>::min();
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Group> groups;

  static constexpr std::int16_t kKey = 15;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
