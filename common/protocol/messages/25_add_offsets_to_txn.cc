#include "common/protocol/messages/25_add_offsets_to_txn.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(AddOffsetsToTxnRequest, WIRE_FIELD(transactional_id, "TransactionalId"),
            WIRE_FIELD(producer_id, "ProducerId"), WIRE_FIELD(producer_epoch, "ProducerEpoch"),
            WIRE_FIELD(group_id, "GroupId"));

WIRE_STRUCT(AddOffsetsToTxnResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"));

}  // namespace wire

const wire::MessageSpec& AddOffsetsToTxnRequest::schema() {
  static constexpr auto kSpec = wire::message<AddOffsetsToTxnRequest>(
      "AddOffsetsToTxnRequest", wire::MessageType::kRequest, {0, 4}, 3);
  return kSpec;
}

const wire::MessageSpec& AddOffsetsToTxnResponse::schema() {
  static constexpr auto kSpec = wire::message<AddOffsetsToTxnResponse>(
      "AddOffsetsToTxnResponse", wire::MessageType::kResponse, {0, 4}, 3);
  return kSpec;
}

}  // namespace leat
