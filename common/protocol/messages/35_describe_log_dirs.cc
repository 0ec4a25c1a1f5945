#include "common/protocol/messages/35_describe_log_dirs.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeLogDirsRequest::Topic, WIRE_FIELD(topic, "Topic"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DescribeLogDirsRequest, WIRE_FIELD(topics, "Topics", .nullable = kAlways));

WIRE_STRUCT(DescribeLogDirsResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(partition_size, "PartitionSize"), WIRE_FIELD(offset_lag, "OffsetLag"),
            WIRE_FIELD(is_future_key, "IsFutureKey"));

WIRE_STRUCT(DescribeLogDirsResponse::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DescribeLogDirsResponse::Result, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(log_dir, "LogDir"), WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(total_bytes, "TotalBytes", .present = since(4), .ignorable = true),
            WIRE_FIELD(usable_bytes, "UsableBytes", .present = since(4), .ignorable = true),
            WIRE_FIELD(is_cordoned, "IsCordoned", .present = since(5), .ignorable = true));

WIRE_STRUCT(DescribeLogDirsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode", .present = since(3), .ignorable = true),
            WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& DescribeLogDirsRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeLogDirsRequest>(
      "DescribeLogDirsRequest", wire::MessageType::kRequest, {1, 5}, 2);
  return kSpec;
}

const wire::MessageSpec& DescribeLogDirsResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeLogDirsResponse>(
      "DescribeLogDirsResponse", wire::MessageType::kResponse, {1, 5}, 2);
  return kSpec;
}

}  // namespace leat
