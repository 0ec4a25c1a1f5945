#pragma once

#include "common/protocol/types.h"

// DescribeGroupMembers (key 20001, Leat's own): versions 0, flexible since 0. Who is in a group,
// when it was last heard of, and why the group rebalanced; DescribeGroups says less.
namespace leat {

struct DescribeGroupMembersResponse;

struct DescribeGroupMembersRequest {
  std::vector<std::string> groups;

  static constexpr std::int16_t kKey = 20001;
  using Response = DescribeGroupMembersResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeGroupMembersResponse {
  struct Assigned {
    std::string topic_name;
    std::vector<std::int32_t> partitions;
  };
  struct Member {
    std::string member_id;
    std::optional<std::string> instance_id;
    std::string client_id;
    std::string client_host;
    std::string
        software_name;  // as the client named itself; "" where it did not, or since a restart
    std::string software_version;
    std::int32_t session_timeout_ms = 0;
    std::int32_t rebalance_timeout_ms = 0;
    std::int64_t since_heartbeat_ms = -1;  // since it was last heard of; -1: not since the restart
    // null: what the leader gave it cannot be read, or the group is between two generations
    std::optional<std::vector<Assigned>> assignment;
  };
  // The newest last; only since the broker started.
  struct Rebalance {
    std::int64_t began_ms = 0;  // since 1970
    std::int64_t took_ms = -1;  // -1: it is running
    bool completed = false;     // false: running, or begun anew before it was over
    std::string reason;
    std::string member_id;        // whose coming, going or silence caused it; "" where nobody's
    std::int32_t generation = 0;  // that it led to
    std::int32_t members = 0;     // then
  };
  struct Group {
    std::int16_t error_code = 0;
    std::string group_id;
    std::string group_state;
    std::string protocol_type;
    std::optional<std::string> protocol_name;
    std::int32_t generation = 0;
    std::optional<std::string> leader_id;
    std::vector<Member> members;
    std::vector<Rebalance> rebalances;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Group> groups;

  static constexpr std::int16_t kKey = 20001;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
