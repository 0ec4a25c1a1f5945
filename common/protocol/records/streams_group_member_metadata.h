#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 19. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct StreamsGroupMemberMetadataKey {
  std::string group_id;
  std::string member_id;

  static constexpr std::int16_t kKey = 19;
  static const wire::MessageSpec& schema();
};

struct StreamsGroupMemberMetadataValue {
  struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
  };
  struct KeyValue {
    std::string key;
    std::string value;
  };
  std::optional<std::string> instance_id = std::string{};
  std::optional<std::string> rack_id = std::string{};
  std::string client_id;
  std::string client_host;
  std::int32_t rebalance_timeout_ms = -1;
  std::int32_t topology_epoch = 0;
  std::string process_id;
  std::optional<Endpoint> user_endpoint;
  std::vector<KeyValue> client_tags;

  static constexpr std::int16_t kKey = 19;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
