// InitProducerId (22), v0-5, for idempotent producers.
// - Each call gets a new id with epoch 0, also one that names an id it had (idempotent producers
//   raise their epoch by themselves); the transaction timeout is not looked at.
// - A transactional id is refused with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, which clients take for
//   final; they would repeat a retriable error for ever. There are no transactions in this version.
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/22_init_producer_id.h"

namespace leat::api {
namespace {

InitProducerIdResponse answer_init_producer_id(Services& services,
                                               const InitProducerIdRequest& wanted,
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
  return on_worker<InitProducerIdRequest>(services, request, answer_init_producer_id);
}

}  // namespace leat::api
