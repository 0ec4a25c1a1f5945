#include "common/protocol/records/share_group_state_partition_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ShareGroupStatePartitionMetadataKey, WIRE_FIELD(group_id, "GroupId"));

WIRE_STRUCT(ShareGroupStatePartitionMetadataValue::TopicPartitionsInfo,
            WIRE_FIELD(topic_id, "TopicId"), WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ShareGroupStatePartitionMetadataValue::TopicInfo, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(topic_name, "TopicName"));

WIRE_STRUCT(ShareGroupStatePartitionMetadataValue,
            WIRE_FIELD(initializing_topics, "InitializingTopics"),
            WIRE_FIELD(initialized_topics, "InitializedTopics"),
            WIRE_FIELD(deleting_topics, "DeletingTopics"));

}  // namespace wire

const wire::MessageSpec& ShareGroupStatePartitionMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupStatePartitionMetadataKey>(
      "ShareGroupStatePartitionMetadataKey", wire::MessageType::kData, {0, 0},
      wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ShareGroupStatePartitionMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<ShareGroupStatePartitionMetadataValue>(
      "ShareGroupStatePartitionMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
