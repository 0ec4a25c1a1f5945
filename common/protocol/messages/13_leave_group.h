#pragma once

#include "common/protocol/types.h"

// LeaveGroup (key 13): versions 0-5, flexible since 4.
//   Request
//     v3: adds Members; drops MemberId
//     v5: adds Reason
//   Response
//     v1: adds ThrottleTimeMs
//     v3: adds Members
namespace leat {

struct LeaveGroupResponse;

struct LeaveGroupRequest {
  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::optional<std::string> reason;
  };
  std::string group_id;
  std::string member_id;
  std::vector<Member> members;

  static constexpr std::int16_t kKey = 13;
  using Response = LeaveGroupResponse;
  static const wire::MessageSpec& schema();
};

struct LeaveGroupResponse {
  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id = std::string{};
    std::int16_t error_code = 0;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::vector<Member> members;

  static constexpr std::int16_t kKey = 13;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
