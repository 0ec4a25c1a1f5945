#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 2. The key begins with the type, the value (versions 0-4,
// flexible since 4) with its version, each in two bytes.
//   Value
//     v1: adds rebalanceTimeout
//     v2: adds currentStateTimestamp
//     v3: adds groupInstanceId
namespace leat {

struct GroupMetadataKey {
  std::string group;

  static constexpr std::int16_t kKey = 2;
  static const wire::MessageSpec& schema();
};

struct GroupMetadataValue {
  struct MemberMetadata {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    std::int32_t rebalance_timeout = -1;
    std::int32_t session_timeout = 0;
    Bytes subscription;
    Bytes assignment;
  };
  std::string protocol_type;
  std::int32_t generation = 0;
  std::optional<std::string> protocol = std::string{};
  std::optional<std::string> leader = std::string{};
  std::int64_t current_state_timestamp = -1;
  std::vector<MemberMetadata> members;

  static constexpr std::int16_t kKey = 2;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
