#include "common/protocol/messages/24_add_partitions_to_txn.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(AddPartitionsToTxnRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(AddPartitionsToTxnRequest::Transaction, WIRE_FIELD(transactional_id, "TransactionalId"),
            WIRE_FIELD(producer_id, "ProducerId"), WIRE_FIELD(producer_epoch, "ProducerEpoch"),
            WIRE_FIELD(verify_only, "VerifyOnly"), WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(AddPartitionsToTxnRequest,
            WIRE_FIELD(transactions, "Transactions", .present = since(4)),
            WIRE_FIELD(v3_and_below_transactional_id, "V3AndBelowTransactionalId",
                       .present = until(3)),
            WIRE_FIELD(v3_and_below_producer_id, "V3AndBelowProducerId", .present = until(3)),
            WIRE_FIELD(v3_and_below_producer_epoch, "V3AndBelowProducerEpoch", .present = until(3)),
            WIRE_FIELD(v3_and_below_topics, "V3AndBelowTopics", .present = until(3)));

WIRE_STRUCT(AddPartitionsToTxnResponse::PartitionResult,
            WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(partition_error_code, "PartitionErrorCode"));

WIRE_STRUCT(AddPartitionsToTxnResponse::TopicResult, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(results_by_partition, "ResultsByPartition"));

WIRE_STRUCT(AddPartitionsToTxnResponse::ResultsByTransaction,
            WIRE_FIELD(transactional_id, "TransactionalId"),
            WIRE_FIELD(topic_results, "TopicResults"));

WIRE_STRUCT(AddPartitionsToTxnResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode", .present = since(4), .ignorable = true),
            WIRE_FIELD(results_by_transaction, "ResultsByTransaction", .present = since(4)),
            WIRE_FIELD(results_by_topic_v3_and_below, "ResultsByTopicV3AndBelow",
                       .present = until(3)));

}  // namespace wire

const wire::MessageSpec& AddPartitionsToTxnRequest::schema() {
  static constexpr auto kSpec = wire::message<AddPartitionsToTxnRequest>(
      "AddPartitionsToTxnRequest", wire::MessageType::kRequest, {0, 5}, 3);
  return kSpec;
}

const wire::MessageSpec& AddPartitionsToTxnResponse::schema() {
  static constexpr auto kSpec = wire::message<AddPartitionsToTxnResponse>(
      "AddPartitionsToTxnResponse", wire::MessageType::kResponse, {0, 5}, 3);
  return kSpec;
}

}  // namespace leat
