#include "common/protocol/messages/65_describe_transactions.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeTransactionsRequest, WIRE_FIELD(transactional_ids, "TransactionalIds"));

WIRE_STRUCT(DescribeTransactionsResponse::Topic, WIRE_FIELD(topic, "Topic"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(DescribeTransactionsResponse::TransactionState, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(transactional_id, "TransactionalId"),
            WIRE_FIELD(transaction_state, "TransactionState"),
            WIRE_FIELD(transaction_timeout_ms, "TransactionTimeoutMs"),
            WIRE_FIELD(transaction_start_time_ms, "TransactionStartTimeMs"),
            WIRE_FIELD(producer_id, "ProducerId"), WIRE_FIELD(producer_epoch, "ProducerEpoch"),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(DescribeTransactionsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(transaction_states, "TransactionStates"));

}  // namespace wire

const wire::MessageSpec& DescribeTransactionsRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeTransactionsRequest>(
      "DescribeTransactionsRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& DescribeTransactionsResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeTransactionsResponse>(
      "DescribeTransactionsResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
