#pragma once

#include "common/protocol/types.h"

// JoinGroup (key 11): versions 0-9, flexible since 6.
//   Request
//     v1: adds RebalanceTimeoutMs
//     v5: adds GroupInstanceId
//     v8: adds Reason
//   Response
//     v2: adds ThrottleTimeMs
//     v5: adds GroupInstanceId
//     v7: adds ProtocolType
//     v9: adds SkipAssignment
namespace leat {

struct JoinGroupResponse;

struct JoinGroupRequest {
  struct Protocol {
    std::string name;
    Bytes metadata;
  };
  std::string group_id;
  std::int32_t session_timeout_ms = 0;
  std::int32_t rebalance_timeout_ms = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::string protocol_type;
  std::vector<Protocol> protocols;
  std::optional<std::string> reason;

  static constexpr std::int16_t kKey = 11;
  using Response = JoinGroupResponse;
  static const wire::MessageSpec& schema();
};

struct JoinGroupResponse {
  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    Bytes metadata;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::int32_t generation_id = -1;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name = std::string{};
  std::string leader;
  bool skip_assignment = false;
  std::string member_id;
  std::vector<Member> members;

  static constexpr std::int16_t kKey = 11;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
