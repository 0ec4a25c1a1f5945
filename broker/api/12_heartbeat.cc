// Heartbeat (12), v0-4. 27 while the group rebalances: the member has to join again.
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "common/protocol/messages/12_heartbeat.h"

namespace leat::api {
namespace {

using HeartbeatCall = GroupCall<HeartbeatRequest>;

void heartbeat(Services& services, const std::shared_ptr<HeartbeatCall>& call,
               topics::ClientSoftware software) {
  services.groups->heartbeat(std::move(call->message), std::move(software),
                             [call](ErrorCode error) {
                               HeartbeatResponse response;
                               response.error_code = wire_code(error);
                               call->answer(response);
                             });
}

}  // namespace

Handled handle_heartbeat(Services& services, Request& request) {
  return to_coordinator<HeartbeatRequest>(
      services, request, [&](Services& s, const std::shared_ptr<HeartbeatCall>& call) {
        heartbeat(s, call, software_of(request));
      });
}

}  // namespace leat::api
