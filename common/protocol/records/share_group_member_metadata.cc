#include "common/protocol/records/share_group_member_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ShareGroupMemberMetadataKey, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"));

WIRE_STRUCT(ShareGroupMemberMetadataValue, WIRE_FIELD(rack_id, "RackId", .nullable = kAlways),
            WIRE_FIELD(client_id, "ClientId"), WIRE_FIELD(client_host, "ClientHost"),
            WIRE_FIELD(subscribed_topic_names, "SubscribedTopicNames"));

}  // namespace wire

const wire::MessageSpec& ShareGroupMemberMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupMemberMetadataKey>(
      "ShareGroupMemberMetadataKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ShareGroupMemberMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupMemberMetadataValue>(
      "ShareGroupMemberMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
