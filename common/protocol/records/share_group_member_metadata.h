#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 10. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct ShareGroupMemberMetadataKey {
  std::string group_id;
  std::string member_id;

  static constexpr std::int16_t kKey = 10;
  static const wire::MessageSpec& schema();
};

struct ShareGroupMemberMetadataValue {
  std::optional<std::string> rack_id = std::string{};
  std::string client_id;
  std::string client_host;
  std::vector<std::string> subscribed_topic_names;

  static constexpr std::int16_t kKey = 10;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
