#include "common/protocol/records/consumer_protocol.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ConsumerProtocolSubscription::OwnedPartition, WIRE_FIELD(topic, "Topic"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ConsumerProtocolSubscription, WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(user_data, "UserData", .nullable = kAlways),
            WIRE_FIELD(owned_partitions, "OwnedPartitions", .present = since(1), .ignorable = true),
            WIRE_FIELD(generation_id, "GenerationId", .present = since(2), .ignorable = true),
            WIRE_FIELD(rack_id, "RackId", .present = since(3), .nullable = kAlways,
                       .ignorable = true));

WIRE_STRUCT(ConsumerProtocolAssignment::AssignedPartition, WIRE_FIELD(topic, "Topic"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(ConsumerProtocolAssignment, WIRE_FIELD(assigned_partitions, "AssignedPartitions"),
            WIRE_FIELD(user_data, "UserData", .nullable = kAlways));

}  // namespace wire

const wire::MessageSpec& ConsumerProtocolSubscription::schema() {
  static constexpr auto kSpec = wire::message<ConsumerProtocolSubscription>(
      "ConsumerProtocolSubscription", wire::MessageType::kData, {0, 3}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ConsumerProtocolAssignment::schema() {
  static constexpr auto kSpec = wire::message<ConsumerProtocolAssignment>(
      "ConsumerProtocolAssignment", wire::MessageType::kData, {0, 3}, wire::kNeverFlexible);
  return kSpec;
}

}  // namespace leat
