#pragma once

#include "common/protocol/types.h"

// SyncGroup (key 14): versions 0-5, flexible since 4.
//   Request
//     v3: adds GroupInstanceId
//     v5: adds ProtocolType, ProtocolName
//   Response
//     v1: adds ThrottleTimeMs
//     v5: adds ProtocolType, ProtocolName
namespace leat {

struct SyncGroupResponse;

struct SyncGroupRequest {
  struct Assignment {
    std::string member_id;
    Bytes assignment;
  };
  std::string group_id;
  std::int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  std::vector<Assignment> assignments;

  static constexpr std::int16_t kKey = 14;
  using Response = SyncGroupResponse;
  static const wire::MessageSpec& schema();
};

struct SyncGroupResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  Bytes assignment;

  static constexpr std::int16_t kKey = 14;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
