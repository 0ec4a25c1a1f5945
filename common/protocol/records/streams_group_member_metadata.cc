#include "common/protocol/records/streams_group_member_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(StreamsGroupMemberMetadataKey, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(member_id, "MemberId"));

WIRE_STRUCT(StreamsGroupMemberMetadataValue::Endpoint, WIRE_FIELD(host, "Host"),
            WIRE_FIELD(port, "Port"));

WIRE_STRUCT(StreamsGroupMemberMetadataValue::KeyValue, WIRE_FIELD(key, "Key"),
            WIRE_FIELD(value, "Value"));

WIRE_STRUCT(StreamsGroupMemberMetadataValue,
            WIRE_FIELD(instance_id, "InstanceId", .nullable = kAlways),
            WIRE_FIELD(rack_id, "RackId", .nullable = kAlways), WIRE_FIELD(client_id, "ClientId"),
            WIRE_FIELD(client_host, "ClientHost"),
            WIRE_FIELD(rebalance_timeout_ms, "RebalanceTimeoutMs"),
            WIRE_FIELD(topology_epoch, "TopologyEpoch"), WIRE_FIELD(process_id, "ProcessId"),
            WIRE_FIELD(user_endpoint, "UserEndpoint", .nullable = kAlways),
            WIRE_FIELD(client_tags, "ClientTags"));

}  // namespace wire

const wire::MessageSpec& StreamsGroupMemberMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupMemberMetadataKey>(
      "StreamsGroupMemberMetadataKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& StreamsGroupMemberMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupMemberMetadataValue>(
      "StreamsGroupMemberMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
