#include "common/protocol/messages/55_describe_quorum.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeQuorumRequest::Partition, WIRE_FIELD(partition_index, "PartitionIndex"));

WIRE_STRUCT(DescribeQuorumRequest::Topic, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DescribeQuorumRequest, WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(DescribeQuorumResponse::ReplicaState, WIRE_FIELD(replica_id, "ReplicaId"),
            WIRE_FIELD(replica_directory_id, "ReplicaDirectoryId", .present = since(2)),
            WIRE_FIELD(log_end_offset, "LogEndOffset"),
            WIRE_FIELD(last_fetch_timestamp, "LastFetchTimestamp", .present = since(1),
                       .ignorable = true),
            WIRE_FIELD(last_caught_up_timestamp, "LastCaughtUpTimestamp", .present = since(1),
                       .ignorable = true));

WIRE_STRUCT(DescribeQuorumResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .present = since(2), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(leader_id, "LeaderId"), WIRE_FIELD(leader_epoch, "LeaderEpoch"),
            WIRE_FIELD(high_watermark, "HighWatermark"),
            WIRE_FIELD(current_voters, "CurrentVoters"), WIRE_FIELD(observers, "Observers"));

WIRE_STRUCT(DescribeQuorumResponse::Topic, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DescribeQuorumResponse::Listener, WIRE_FIELD(name, "Name"), WIRE_FIELD(host, "Host"),
            WIRE_FIELD(port, "Port"));

WIRE_STRUCT(DescribeQuorumResponse::Node, WIRE_FIELD(node_id, "NodeId"),
            WIRE_FIELD(listeners, "Listeners"));

WIRE_STRUCT(DescribeQuorumResponse, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .present = since(2), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(topics, "Topics"), WIRE_FIELD(nodes, "Nodes", .present = since(2)));

}  // namespace wire

const wire::MessageSpec& DescribeQuorumRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeQuorumRequest>(
      "DescribeQuorumRequest", wire::MessageType::kRequest, {0, 2}, 0);
  return kSpec;
}

const wire::MessageSpec& DescribeQuorumResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeQuorumResponse>(
      "DescribeQuorumResponse", wire::MessageType::kResponse, {0, 2}, 0);
  return kSpec;
}

}  // namespace leat
