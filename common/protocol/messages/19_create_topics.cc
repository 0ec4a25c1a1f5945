#include "common/protocol/messages/19_create_topics.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(CreateTopicsRequest::Assignment, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(broker_ids, "BrokerIds"));

WIRE_STRUCT(CreateTopicsRequest::Config, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(value, "Value", .nullable = kAlways));

WIRE_STRUCT(CreateTopicsRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(num_partitions, "NumPartitions"),
            WIRE_FIELD(replication_factor, "ReplicationFactor"),
            WIRE_FIELD(assignments, "Assignments"), WIRE_FIELD(configs, "Configs"));

WIRE_STRUCT(CreateTopicsRequest, WIRE_FIELD(topics, "Topics"), WIRE_FIELD(timeout_ms, "timeoutMs"),
            WIRE_FIELD(validate_only, "validateOnly"));

WIRE_STRUCT(CreateTopicsResponse::Config, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(value, "Value", .nullable = kAlways), WIRE_FIELD(read_only, "ReadOnly"),
            WIRE_FIELD(config_source, "ConfigSource", .ignorable = true),
            WIRE_FIELD(is_sensitive, "IsSensitive"));

WIRE_STRUCT(CreateTopicsResponse::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(topic_id, "TopicId", .present = since(7), .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways, .ignorable = true),
            WIRE_FIELD(topic_config_error_code, "TopicConfigErrorCode", .present = since(5),
                       .tag = 0, .ignorable = true),
            WIRE_FIELD(num_partitions, "NumPartitions", .present = since(5), .ignorable = true),
            WIRE_FIELD(replication_factor, "ReplicationFactor", .present = since(5),
                       .ignorable = true),
            WIRE_FIELD(configs, "Configs", .present = since(5), .nullable = kAlways,
                       .ignorable = true));

WIRE_STRUCT(CreateTopicsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(topics, "Topics"));

}  // namespace wire

const wire::MessageSpec& CreateTopicsRequest::schema() {
  static constexpr auto kSpec = wire::message<CreateTopicsRequest>(
      "CreateTopicsRequest", wire::MessageType::kRequest, {2, 7}, 5);
  return kSpec;
}

const wire::MessageSpec& CreateTopicsResponse::schema() {
  static constexpr auto kSpec = wire::message<CreateTopicsResponse>(
      "CreateTopicsResponse", wire::MessageType::kResponse, {2, 7}, 5);
  return kSpec;
}

}  // namespace leat
