#include "common/protocol/messages/61_describe_producers.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeProducersRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partition_indexes, "PartitionIndexes"));

WIRE_STRUCT(DescribeProducersRequest, WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(DescribeProducersResponse::ActiveProducer, WIRE_FIELD(producer_id, "ProducerId"),
            WIRE_FIELD(producer_epoch, "ProducerEpoch"), WIRE_FIELD(last_sequence, "LastSequence"),
            WIRE_FIELD(last_timestamp, "LastTimestamp"),
            WIRE_FIELD(coordinator_epoch, "CoordinatorEpoch"),
            WIRE_FIELD(current_txn_start_offset, "CurrentTxnStartOffset"));

WIRE_STRUCT(DescribeProducersResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(active_producers, "ActiveProducers"));

WIRE_STRUCT(DescribeProducersResponse::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DescribeProducersResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(topics, "Topics"));

}  // namespace wire

const wire::MessageSpec& DescribeProducersRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeProducersRequest>(
      "DescribeProducersRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& DescribeProducersResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeProducersResponse>(
      "DescribeProducersResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
