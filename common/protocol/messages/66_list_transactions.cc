#include "common/protocol/messages/66_list_transactions.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ListTransactionsRequest, WIRE_FIELD(state_filters, "StateFilters"),
            WIRE_FIELD(producer_id_filters, "ProducerIdFilters"),
            WIRE_FIELD(duration_filter, "DurationFilter", .present = since(1)),
            WIRE_FIELD(transactional_id_pattern, "TransactionalIdPattern", .present = since(2),
                       .nullable = kAlways));

WIRE_STRUCT(ListTransactionsResponse::TransactionState,
            WIRE_FIELD(transactional_id, "TransactionalId"), WIRE_FIELD(producer_id, "ProducerId"),
            WIRE_FIELD(transaction_state, "TransactionState"));

WIRE_STRUCT(ListTransactionsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(unknown_state_filters, "UnknownStateFilters"),
            WIRE_FIELD(transaction_states, "TransactionStates"));

}  // namespace wire

const wire::MessageSpec& ListTransactionsRequest::schema() {
  static constexpr auto kSpec = wire::message<ListTransactionsRequest>(
      "ListTransactionsRequest", wire::MessageType::kRequest, {0, 2}, 0);
  return kSpec;
}

const wire::MessageSpec& ListTransactionsResponse::schema() {
  static constexpr auto kSpec = wire::message<ListTransactionsResponse>(
      "ListTransactionsResponse", wire::MessageType::kResponse, {0, 2}, 0);
  return kSpec;
}

}  // namespace leat
