#include "common/protocol/records/group_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(GroupMetadataKey, WIRE_FIELD(group, "group"));

WIRE_STRUCT(GroupMetadataValue::MemberMetadata, WIRE_FIELD(member_id, "memberId"),
            WIRE_FIELD(group_instance_id, "groupInstanceId", .present = since(3),
                       .nullable = kAlways, .ignorable = true),
            WIRE_FIELD(client_id, "clientId"), WIRE_FIELD(client_host, "clientHost"),
            WIRE_FIELD(rebalance_timeout, "rebalanceTimeout", .present = since(1),
                       .ignorable = true),
            WIRE_FIELD(session_timeout, "sessionTimeout"), WIRE_FIELD(subscription, "subscription"),
            WIRE_FIELD(assignment, "assignment"));

WIRE_STRUCT(GroupMetadataValue, WIRE_FIELD(protocol_type, "protocolType"),
            WIRE_FIELD(generation, "generation"),
            WIRE_FIELD(protocol, "protocol", .nullable = kAlways),
            WIRE_FIELD(leader, "leader", .nullable = kAlways),
            WIRE_FIELD(current_state_timestamp, "currentStateTimestamp", .present = since(2),
                       .ignorable = true),
            WIRE_FIELD(members, "members"));

}  // namespace wire

const wire::MessageSpec& GroupMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<GroupMetadataKey>(
      "GroupMetadataKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& GroupMetadataValue::schema() {
  static constexpr auto kSpec =
      wire::message<GroupMetadataValue>("GroupMetadataValue", wire::MessageType::kData, {0, 4}, 4);
  return kSpec;
}

}  // namespace leat
