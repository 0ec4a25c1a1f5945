#include "common/protocol/messages/22_init_producer_id.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(InitProducerIdRequest,
            WIRE_FIELD(transactional_id, "TransactionalId", .nullable = kAlways),
            WIRE_FIELD(transaction_timeout_ms, "TransactionTimeoutMs"),
            WIRE_FIELD(producer_id, "ProducerId", .present = since(3)),
            WIRE_FIELD(producer_epoch, "ProducerEpoch", .present = since(3)));

WIRE_STRUCT(InitProducerIdResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"), WIRE_FIELD(producer_id, "ProducerId"),
            WIRE_FIELD(producer_epoch, "ProducerEpoch"));

}  // namespace wire

const wire::MessageSpec& InitProducerIdRequest::schema() {
  static constexpr auto kSpec = wire::message<InitProducerIdRequest>(
      "InitProducerIdRequest", wire::MessageType::kRequest, {0, 5}, 2);
  return kSpec;
}

const wire::MessageSpec& InitProducerIdResponse::schema() {
  static constexpr auto kSpec = wire::message<InitProducerIdResponse>(
      "InitProducerIdResponse", wire::MessageType::kResponse, {0, 5}, 2);
  return kSpec;
}

}  // namespace leat
