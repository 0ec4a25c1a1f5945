// SyncGroup (14), v0-5. Parked until the leader's assignment is stable on disk.
// - v5 without protocol type or name: 23.
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "common/protocol/messages/14_sync_group.h"

namespace leat::api {
namespace {

void sync(Services& services, const std::shared_ptr<GroupCall<SyncGroupRequest>>& call) {
  const bool complete = call->message.protocol_type && call->message.protocol_name;
  if (call->version >= 5 && !complete) {
    SyncGroupResponse response;
    response.error_code = wire_code(ErrorCode::kInconsistentGroupProtocol);
    return call->reply.send(response);
  }
  services.groups->sync(std::move(call->message), [call](SyncGroupResponse response) {
    call->answer(std::move(response));
  });
}

}  // namespace

Handled handle_sync_group(Services& services, Request& request) {
  return to_coordinator<SyncGroupRequest>(services, request, sync);
}

}  // namespace leat::api
