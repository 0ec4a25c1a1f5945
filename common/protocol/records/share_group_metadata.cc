#include "common/protocol/records/share_group_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ShareGroupMetadataKey, WIRE_FIELD(group_id, "GroupId"));

WIRE_STRUCT(ShareGroupMetadataValue, WIRE_FIELD(epoch, "Epoch"),
            WIRE_FIELD(metadata_hash, "MetadataHash"));

}  // namespace wire

const wire::MessageSpec& ShareGroupMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupMetadataKey>(
      "ShareGroupMetadataKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ShareGroupMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupMetadataValue>(
      "ShareGroupMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
