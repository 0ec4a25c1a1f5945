#include "common/protocol/messages/03_metadata.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(MetadataRequest::Topic,
            WIRE_FIELD(topic_id, "TopicId", .present = since(10), .ignorable = true),
            WIRE_FIELD(name, "Name", .nullable = since(10)));

WIRE_STRUCT(MetadataRequest, WIRE_FIELD(topics, "Topics", .nullable = since(1)),
            WIRE_FIELD(allow_auto_topic_creation, "AllowAutoTopicCreation", .present = since(4)),
            WIRE_FIELD(include_cluster_authorized_operations, "IncludeClusterAuthorizedOperations",
                       .present = between(8, 10)),
            WIRE_FIELD(include_topic_authorized_operations, "IncludeTopicAuthorizedOperations",
                       .present = since(8)));

WIRE_STRUCT(MetadataResponse::Broker, WIRE_FIELD(node_id, "NodeId"), WIRE_FIELD(host, "Host"),
            WIRE_FIELD(port, "Port"),
            WIRE_FIELD(rack, "Rack", .present = since(1), .nullable = kAlways, .ignorable = true));

WIRE_STRUCT(MetadataResponse::Partition, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(partition_index, "PartitionIndex"), WIRE_FIELD(leader_id, "LeaderId"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch", .present = since(7), .ignorable = true),
            WIRE_FIELD(replica_nodes, "ReplicaNodes"), WIRE_FIELD(isr_nodes, "IsrNodes"),
            WIRE_FIELD(offline_replicas, "OfflineReplicas", .present = since(5),
                       .ignorable = true));

WIRE_STRUCT(MetadataResponse::Topic, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(name, "Name", .nullable = since(12)),
            WIRE_FIELD(topic_id, "TopicId", .present = since(10), .ignorable = true),
            WIRE_FIELD(is_internal, "IsInternal", .present = since(1), .ignorable = true),
            WIRE_FIELD(partitions, "Partitions"),
            WIRE_FIELD(topic_authorized_operations, "TopicAuthorizedOperations",
                       .present = since(8)));

WIRE_STRUCT(MetadataResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(3), .ignorable = true),
            WIRE_FIELD(brokers, "Brokers"),
            WIRE_FIELD(cluster_id, "ClusterId", .present = since(2), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(controller_id, "ControllerId", .present = since(1), .ignorable = true),
            WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(cluster_authorized_operations, "ClusterAuthorizedOperations",
                       .present = between(8, 10)),
            WIRE_FIELD(error_code, "ErrorCode", .present = since(13), .ignorable = true));

}  // namespace wire

const wire::MessageSpec& MetadataRequest::schema() {
  static constexpr auto kSpec =
      wire::message<MetadataRequest>("MetadataRequest", wire::MessageType::kRequest, {0, 13}, 9);
  return kSpec;
}

const wire::MessageSpec& MetadataResponse::schema() {
  static constexpr auto kSpec =
      wire::message<MetadataResponse>("MetadataResponse", wire::MessageType::kResponse, {0, 13}, 9);
  return kSpec;
}

}  // namespace leat
