#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 5. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct ConsumerGroupMemberMetadataKey {
  std::string group_id;
  std::string member_id;

  static constexpr std::int16_t kKey = 5;
  static const wire::MessageSpec& schema();
};

// Outside of the value, because a default of one of its members needs it complete.
struct ConsumerGroupClassicMemberMetadata {
  struct SupportedProtocol {
    std::string name;
    Bytes metadata;
  };
  std::int32_t session_timeout_ms = 0;
  std::vector<SupportedProtocol> supported_protocols;
};

struct ConsumerGroupMemberMetadataValue {
  using ClassicMemberMetadata = ConsumerGroupClassicMemberMetadata;
  using SupportedProtocol = ClassicMemberMetadata::SupportedProtocol;
  std::optional<std::string> instance_id = std::string{};
  std::optional<std::string> rack_id = std::string{};
  std::string client_id;
  std::string client_host;
  std::vector<std::string> subscribed_topic_names;
  std::optional<std::string> subscribed_topic_regex = std::string{};
  std::int32_t rebalance_timeout_ms = -1;
  std::optional<std::string> server_assignor = std::string{};
  std::optional<ClassicMemberMetadata> classic_member_metadata = ClassicMemberMetadata{};

  static constexpr std::int16_t kKey = 5;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
