#include "common/protocol/messages/34_alter_replica_log_dirs.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(AlterReplicaLogDirsRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(AlterReplicaLogDirsRequest::Dir, WIRE_FIELD(path, "Path"),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(AlterReplicaLogDirsRequest, WIRE_FIELD(dirs, "Dirs"));

WIRE_STRUCT(AlterReplicaLogDirsResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"));

WIRE_STRUCT(AlterReplicaLogDirsResponse::Result, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(AlterReplicaLogDirsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& AlterReplicaLogDirsRequest::schema() {
  static constexpr auto kSpec = wire::message<AlterReplicaLogDirsRequest>(
      "AlterReplicaLogDirsRequest", wire::MessageType::kRequest, {1, 2}, 2);
  return kSpec;
}

const wire::MessageSpec& AlterReplicaLogDirsResponse::schema() {
  static constexpr auto kSpec = wire::message<AlterReplicaLogDirsResponse>(
      "AlterReplicaLogDirsResponse", wire::MessageType::kResponse, {1, 2}, 2);
  return kSpec;
}

}  // namespace leat
