// InitProducerId (22), v0-5, for idempotent producers.
// - Each call without an id of its own gets a new one with epoch 0; the transaction timeout is
//   not looked at.
// - With its current id and epoch (KIP-360): epoch + 1; exhausted epochs: a new id.
// - A transactional id is refused with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, which clients take for
//   final; they would repeat a retriable error for ever. There are no transactions in this version.
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/22_init_producer_id.h"

namespace leat::api {
namespace {

InitProducerIdResponse answer(Services& services, const InitProducerIdRequest& wanted,
                              const CallInfo&) {
  InitProducerIdResponse response;
  response.producer_epoch = -1;
  if (wanted.transactional_id) {
    const ErrorCode code = wanted.transactional_id->empty()
                               ? ErrorCode::kInvalidRequest
                               : ErrorCode::kTransactionalIdAuthorizationFailed;
    response.error_code = wire_code(code);
    return response;
  }
  const bool may_bump = wanted.producer_id >= 0 && wanted.producer_epoch >= 0 &&
                        wanted.producer_epoch < INT16_MAX - 1;
  if (may_bump) {
    response.producer_id = wanted.producer_id;
    response.producer_epoch = static_cast<std::int16_t>(wanted.producer_epoch + 1);
    return response;
  }
  const auto id = services.producer_ids->next();
  if (!id.ok()) {
    response.error_code = wire_code(ErrorCode::kCoordinatorNotAvailable);
    return response;
  }
  response.producer_id = id->value();
  response.producer_epoch = 0;
  return response;
}

}  // namespace

Handled handle_init_producer_id(Services& services, Request& request) {
  return on_worker<InitProducerIdRequest>(services, request, answer);
}

}  // namespace leat::api
