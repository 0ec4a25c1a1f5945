#include "common/protocol/messages/20000_describe_group_lag.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeGroupLagRequest::Cursor, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topic_name, "TopicName"), WIRE_FIELD(partition_index, "PartitionIndex"));

WIRE_STRUCT(DescribeGroupLagRequest, WIRE_FIELD(groups, "Groups", .nullable = kAlways),
            WIRE_FIELD(partition_limit, "PartitionLimit"),
            WIRE_FIELD(cursor, "Cursor", .nullable = kAlways));

WIRE_STRUCT(DescribeGroupLagResponse::Partition, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(topic_name, "TopicName"), WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(committed_offset, "CommittedOffset"),
            WIRE_FIELD(commit_time_ms, "CommitTimeMs"),
            WIRE_FIELD(log_start_offset, "LogStartOffset"),
            WIRE_FIELD(log_end_offset, "LogEndOffset"), WIRE_FIELD(lag, "Lag"),
            WIRE_FIELD(lag_ms, "LagMs"), WIRE_FIELD(member_id, "MemberId", .nullable = kAlways));

WIRE_STRUCT(DescribeGroupLagResponse::Group, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(group_id, "GroupId"), WIRE_FIELD(group_state, "GroupState"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DescribeGroupLagResponse::Cursor, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(topic_name, "TopicName"), WIRE_FIELD(partition_index, "PartitionIndex"));

WIRE_STRUCT(DescribeGroupLagResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"), WIRE_FIELD(groups, "Groups"),
            WIRE_FIELD(next_cursor, "NextCursor", .nullable = kAlways, .ignorable = true));

}  // namespace wire

const wire::MessageSpec& DescribeGroupLagRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeGroupLagRequest>(
      "DescribeGroupLagRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& DescribeGroupLagResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeGroupLagResponse>(
      "DescribeGroupLagResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
