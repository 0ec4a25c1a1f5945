#include "common/protocol/records/transaction_log.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(TransactionLogKey, WIRE_FIELD(transactional_id, "TransactionalId"));

WIRE_STRUCT(TransactionLogValue::TransactionPartition, WIRE_FIELD(topic, "Topic"),
            WIRE_FIELD(partition_ids, "PartitionIds"));

WIRE_STRUCT(TransactionLogValue, WIRE_FIELD(producer_id, "ProducerId"),
            WIRE_FIELD(previous_producer_id, "PreviousProducerId", .present = since(1), .tag = 0),
            WIRE_FIELD(next_producer_id, "NextProducerId", .present = since(1), .tag = 1),
            WIRE_FIELD(producer_epoch, "ProducerEpoch"),
            WIRE_FIELD(next_producer_epoch, "NextProducerEpoch", .present = since(1), .tag = 3),
            WIRE_FIELD(transaction_timeout_ms, "TransactionTimeoutMs"),
            WIRE_FIELD(transaction_status, "TransactionStatus"),
            WIRE_FIELD(transaction_partitions, "TransactionPartitions", .nullable = kAlways),
            WIRE_FIELD(transaction_last_update_timestamp_ms, "TransactionLastUpdateTimestampMs"),
            WIRE_FIELD(transaction_start_timestamp_ms, "TransactionStartTimestampMs"),
            WIRE_FIELD(client_transaction_version, "ClientTransactionVersion", .present = since(1),
                       .tag = 2));

}  // namespace wire

const wire::MessageSpec& TransactionLogKey::schema() {
  static constexpr auto kSpec = wire::message<TransactionLogKey>(
      "TransactionLogKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& TransactionLogValue::schema() {
  static constexpr auto kSpec = wire::message<TransactionLogValue>(
      "TransactionLogValue", wire::MessageType::kData, {0, 1}, 1);
  return kSpec;
}

}  // namespace leat
