#include "common/protocol/messages/01_fetch.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(FetchRequest::ReplicaState, WIRE_FIELD(replica_id, "ReplicaId"),
            WIRE_FIELD(replica_epoch, "ReplicaEpoch"));

WIRE_STRUCT(FetchRequest::Partition, WIRE_FIELD(partition, "Partition"),
            WIRE_FIELD(current_leader_epoch, "CurrentLeaderEpoch", .present = since(9),
                       .ignorable = true),
            WIRE_FIELD(fetch_offset, "FetchOffset"),
            WIRE_FIELD(last_fetched_epoch, "LastFetchedEpoch", .present = since(12)),
            WIRE_FIELD(log_start_offset, "LogStartOffset", .present = since(5), .ignorable = true),
            WIRE_FIELD(partition_max_bytes, "PartitionMaxBytes"),
            WIRE_FIELD(replica_directory_id, "ReplicaDirectoryId", .present = since(17), .tag = 0,
                       .ignorable = true),
            WIRE_FIELD(high_watermark, "HighWatermark", .present = since(18), .tag = 1,
                       .ignorable = true));

WIRE_STRUCT(FetchRequest::Topic,
            WIRE_FIELD(topic, "Topic", .present = until(12), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(13), .ignorable = true),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(FetchRequest::ForgottenTopic,
            WIRE_FIELD(topic, "Topic", .present = until(12), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(13), .ignorable = true),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(FetchRequest,
            WIRE_FIELD(cluster_id, "ClusterId", .present = since(12), .nullable = kAlways, .tag = 0,
                       .ignorable = true),
            WIRE_FIELD(replica_id, "ReplicaId", .present = until(14)),
            WIRE_FIELD(replica_state, "ReplicaState", .present = since(15), .tag = 1),
            WIRE_FIELD(max_wait_ms, "MaxWaitMs"), WIRE_FIELD(min_bytes, "MinBytes"),
            WIRE_FIELD(max_bytes, "MaxBytes", .ignorable = true),
            WIRE_FIELD(isolation_level, "IsolationLevel", .ignorable = true),
            WIRE_FIELD(session_id, "SessionId", .present = since(7), .ignorable = true),
            WIRE_FIELD(session_epoch, "SessionEpoch", .present = since(7), .ignorable = true),
            WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(forgotten_topics_data, "ForgottenTopicsData", .present = since(7)),
            WIRE_FIELD(rack_id, "RackId", .present = since(11), .ignorable = true));

WIRE_STRUCT(FetchResponse::DivergingEpoch, WIRE_FIELD(epoch, "Epoch"),
            WIRE_FIELD(end_offset, "EndOffset"));

WIRE_STRUCT(FetchResponse::CurrentLeader, WIRE_FIELD(leader_id, "LeaderId"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch"));

WIRE_STRUCT(FetchResponse::SnapshotId, WIRE_FIELD(end_offset, "EndOffset"),
            WIRE_FIELD(epoch, "Epoch"));

WIRE_STRUCT(FetchResponse::AbortedTransaction, WIRE_FIELD(producer_id, "ProducerId"),
            WIRE_FIELD(first_offset, "FirstOffset"));

WIRE_STRUCT(FetchResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"), WIRE_FIELD(high_watermark, "HighWatermark"),
            WIRE_FIELD(last_stable_offset, "LastStableOffset", .ignorable = true),
            WIRE_FIELD(log_start_offset, "LogStartOffset", .present = since(5), .ignorable = true),
            WIRE_FIELD(diverging_epoch, "DivergingEpoch", .present = since(12), .tag = 0),
            WIRE_FIELD(current_leader, "CurrentLeader", .present = since(12), .tag = 1),
            WIRE_FIELD(snapshot_id, "SnapshotId", .present = since(12), .tag = 2),
            WIRE_FIELD(aborted_transactions, "AbortedTransactions", .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(preferred_read_replica, "PreferredReadReplica", .present = since(11)),
            WIRE_FIELD(records, "Records", .nullable = kAlways));

WIRE_STRUCT(FetchResponse::Topic,
            WIRE_FIELD(topic, "Topic", .present = until(12), .ignorable = true),
            WIRE_FIELD(topic_id, "TopicId", .present = since(13), .ignorable = true),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(FetchResponse::NodeEndpoint, WIRE_FIELD(node_id, "NodeId"), WIRE_FIELD(host, "Host"),
            WIRE_FIELD(port, "Port"), WIRE_FIELD(rack, "Rack", .nullable = kAlways));

WIRE_STRUCT(FetchResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode", .present = since(7), .ignorable = true),
            WIRE_FIELD(session_id, "SessionId", .present = since(7)),
            WIRE_FIELD(responses, "Responses"),
            WIRE_FIELD(node_endpoints, "NodeEndpoints", .present = since(16), .tag = 0));

}  // namespace wire

const wire::MessageSpec& FetchRequest::schema() {
  static constexpr auto kSpec =
      wire::message<FetchRequest>("FetchRequest", wire::MessageType::kRequest, {4, 18}, 12);
  return kSpec;
}

const wire::MessageSpec& FetchResponse::schema() {
  static constexpr auto kSpec =
      wire::message<FetchResponse>("FetchResponse", wire::MessageType::kResponse, {4, 18}, 12);
  return kSpec;
}

}  // namespace leat
