#include "common/protocol/records/streams_group_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(StreamsGroupMetadataKey, WIRE_FIELD(group_id, "GroupId"));

WIRE_STRUCT(StreamsGroupMetadataValue::LastAssignmentConfig, WIRE_FIELD(key, "Key"),
            WIRE_FIELD(value, "Value"));

WIRE_STRUCT(StreamsGroupMetadataValue, WIRE_FIELD(epoch, "Epoch"),
            WIRE_FIELD(metadata_hash, "MetadataHash"),
            WIRE_FIELD(validated_topology_epoch, "ValidatedTopologyEpoch", .tag = 0),
            WIRE_FIELD(last_assignment_configs, "LastAssignmentConfigs", .nullable = kAlways,
                       .tag = 1));

}  // namespace wire

const wire::MessageSpec& StreamsGroupMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupMetadataKey>(
      "StreamsGroupMetadataKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& StreamsGroupMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<StreamsGroupMetadataValue>(
      "StreamsGroupMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
