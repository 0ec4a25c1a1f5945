#pragma once

#include "common/protocol/types.h"

// Heartbeat (key 12): versions 0-4, flexible since 4.
//   Request
//     v3: adds GroupInstanceId
//   Response
//     v1: adds ThrottleTimeMs
namespace leat {

struct HeartbeatResponse;

struct HeartbeatRequest {
  std::string group_id;
  std::int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;

  static constexpr std::int16_t kKey = 12;
  using Response = HeartbeatResponse;
  static const wire::MessageSpec& schema();
};

struct HeartbeatResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;

  static constexpr std::int16_t kKey = 12;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
