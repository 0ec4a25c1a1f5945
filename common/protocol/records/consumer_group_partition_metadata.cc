#include "common/protocol/records/consumer_group_partition_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ConsumerGroupPartitionMetadataKey, WIRE_FIELD(group_id, "GroupId"));

WIRE_STRUCT(ConsumerGroupPartitionMetadataValue::PartitionMetadata,
            WIRE_FIELD(partition, "Partition"), WIRE_FIELD(racks, "Racks"));

WIRE_STRUCT(ConsumerGroupPartitionMetadataValue::Topic, WIRE_FIELD(topic_id, "TopicId"),
            WIRE_FIELD(topic_name, "TopicName"), WIRE_FIELD(num_partitions, "NumPartitions"),
            WIRE_FIELD(partition_metadata, "PartitionMetadata"));

WIRE_STRUCT(ConsumerGroupPartitionMetadataValue, WIRE_FIELD(topics, "Topics"));

}  // namespace wire

const wire::MessageSpec& ConsumerGroupPartitionMetadataKey::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupPartitionMetadataKey>(
      "ConsumerGroupPartitionMetadataKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ConsumerGroupPartitionMetadataValue::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupPartitionMetadataValue>(
      "ConsumerGroupPartitionMetadataValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
