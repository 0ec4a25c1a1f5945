#include "common/protocol/records/consumer_group_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ConsumerGroupMetadataKey, WIRE_FIELD(group_id, "GroupId"));

WIRE_STRUCT(ConsumerGroupMetadataValue, WIRE_FIELD(epoch, "Epoch"),
            WIRE_FIELD(metadata_hash, "MetadataHash", .tag = 0));

}  // namespace wire

const wire::MessageSpec& ConsumerGroupMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupMetadataKey>(
      "ConsumerGroupMetadataKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ConsumerGroupMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupMetadataValue>(
      "ConsumerGroupMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
