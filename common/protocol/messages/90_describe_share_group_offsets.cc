#include "common/protocol/messages/90_describe_share_group_offsets.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeShareGroupOffsetsRequest::Topic, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DescribeShareGroupOffsetsRequest::Group, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topics, "Topics", .nullable = kAlways));

WIRE_STRUCT(DescribeShareGroupOffsetsRequest, WIRE_FIELD(groups, "Groups"));

WIRE_STRUCT(DescribeShareGroupOffsetsResponse::Partition,
            WIRE_FIELD(partition_index, "PartitionIndex"), WIRE_FIELD(start_offset, "StartOffset"),
            WIRE_FIELD(leader_epoch, "LeaderEpoch"),
            WIRE_FIELD(lag, "Lag", .present = since(1), .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(DescribeShareGroupOffsetsResponse::Topic, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(topic_id, "TopicId"), WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DescribeShareGroupOffsetsResponse::Group, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topics, "Topics"), WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(DescribeShareGroupOffsetsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(groups, "Groups"));

}  // namespace wire

const wire::MessageSpec& DescribeShareGroupOffsetsRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeShareGroupOffsetsRequest>(
      "DescribeShareGroupOffsetsRequest", wire::MessageType::kRequest, {0, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& DescribeShareGroupOffsetsResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeShareGroupOffsetsResponse>(
      "DescribeShareGroupOffsetsResponse", wire::MessageType::kResponse, {0, 1}, 0);
  return kSpec;
}

}  // namespace leat
