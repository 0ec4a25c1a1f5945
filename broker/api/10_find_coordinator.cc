// FindCoordinator (10), v0-6; several keys from v4 on.
// - A group's coordinator is this broker. The first caller has __consumer_offsets created and waits
//   for it (Kafka answers 15 and lets the client try again).
// - Transactions: TRANSACTIONAL_ID_AUTHORIZATION_FAILED, which clients take for final, as
//   InitProducerId does. Share groups and unknown key types: INVALID_REQUEST.
// - error_message of a success: "NONE" in v1-3, "" in v4+.
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "broker/topics/group/coordinator.h"
#include "common/protocol/messages/10_find_coordinator.h"

namespace leat::api {
namespace {

constexpr std::int8_t kGroupKey = 0;
constexpr std::int8_t kTransactionKey = 1;

FindCoordinatorResponse::Coordinator find(Services& services, const std::string& key,
                                          ErrorCode error, const CallInfo& info) {
  FindCoordinatorResponse::Coordinator out;
  out.key = key;
  out.error_code = wire_code(error);
  if (error != ErrorCode::kNone) {
    out.node_id = -1;
    out.port = -1;
    out.error_message = std::string(description(error));
    return out;
  }
  out.node_id = services.identity.node_id;
  out.host = info.advertised.host;
  out.port = info.advertised.port;
  return out;
}

ErrorCode check_type(Services& services, std::int8_t type) {
  if (type == kTransactionKey) return ErrorCode::kTransactionalIdAuthorizationFailed;
  if (type != kGroupKey) return ErrorCode::kInvalidRequest;
  return services.groups->ensure_topic();
}

FindCoordinatorResponse answer_find_coordinator(Services& services,
                                                const FindCoordinatorRequest& wanted,
                                                const CallInfo& info) {
  const ErrorCode error = check_type(services, wanted.key_type);
  FindCoordinatorResponse response;
  if (info.version >= 4) {
    for (const auto& key : wanted.coordinator_keys) {
      response.coordinators.push_back(find(services, key, error, info));
    }
    return response;
  }
  auto one = find(services, wanted.key, error, info);
  response.error_code = one.error_code;
  response.error_message = error == ErrorCode::kNone ? "NONE" : std::move(one.error_message);
  response.node_id = one.node_id;
  response.host = std::move(one.host);
  response.port = one.port;
  return response;
}

}  // namespace

Handled handle_find_coordinator(Services& services, Request& request) {
  if (services.catalog->image()->find(topics::kOffsetsTopic)) {
    return right_here<FindCoordinatorRequest>(services, request, answer_find_coordinator);
  }
  return on_worker<FindCoordinatorRequest>(services, request, answer_find_coordinator);
}

}  // namespace leat::api
