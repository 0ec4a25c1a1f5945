#include "common/protocol/records/consumer_group_member_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ConsumerGroupMemberMetadataKey, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"));

WIRE_STRUCT(ConsumerGroupMemberMetadataValue::SupportedProtocol, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(metadata, "Metadata"));

WIRE_STRUCT(ConsumerGroupMemberMetadataValue::ClassicMemberMetadata,
            WIRE_FIELD(session_timeout_ms, "SessionTimeoutMs"),
            WIRE_FIELD(supported_protocols, "SupportedProtocols"));

WIRE_STRUCT(ConsumerGroupMemberMetadataValue,
            WIRE_FIELD(instance_id, "InstanceId", .nullable = kAlways),
            WIRE_FIELD(rack_id, "RackId", .nullable = kAlways), WIRE_FIELD(client_id, "ClientId"),
            WIRE_FIELD(client_host, "ClientHost"),
            WIRE_FIELD(subscribed_topic_names, "SubscribedTopicNames"),
            WIRE_FIELD(subscribed_topic_regex, "SubscribedTopicRegex", .nullable = kAlways),
            WIRE_FIELD(rebalance_timeout_ms, "RebalanceTimeoutMs"),
            WIRE_FIELD(server_assignor, "ServerAssignor", .nullable = kAlways),
            WIRE_FIELD(classic_member_metadata, "ClassicMemberMetadata", .nullable = kAlways,
                       .tag = 0));

}  // namespace wire

const wire::MessageSpec& ConsumerGroupMemberMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupMemberMetadataKey>(
      "ConsumerGroupMemberMetadataKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ConsumerGroupMemberMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupMemberMetadataValue>(
      "ConsumerGroupMemberMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
