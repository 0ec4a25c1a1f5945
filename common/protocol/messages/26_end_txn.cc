#include "common/protocol/messages/26_end_txn.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(EndTxnRequest, WIRE_FIELD(transactional_id, "TransactionalId"),
            WIRE_FIELD(producer_id, "ProducerId"), WIRE_FIELD(producer_epoch, "ProducerEpoch"),
            WIRE_FIELD(committed, "Committed"));

WIRE_STRUCT(EndTxnResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(producer_id, "ProducerId", .present = since(5), .ignorable = true),
            WIRE_FIELD(producer_epoch, "ProducerEpoch", .present = since(5), .ignorable = true));

}  // namespace wire

const wire::MessageSpec& EndTxnRequest::schema() {
  static constexpr auto kSpec =
      wire::message<EndTxnRequest>("EndTxnRequest", wire::MessageType::kRequest, {0, 5}, 3);
  return kSpec;
}

const wire::MessageSpec& EndTxnResponse::schema() {
  static constexpr auto kSpec =
      wire::message<EndTxnResponse>("EndTxnResponse", wire::MessageType::kResponse, {0, 5}, 3);
  return kSpec;
}

}  // namespace leat
