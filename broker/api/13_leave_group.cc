// LeaveGroup (13), v0-5; several members from v3 on, each with its own error.
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "common/protocol/messages/13_leave_group.h"

namespace leat::api {
namespace {

void leave(Services& services, const std::shared_ptr<GroupCall<LeaveGroupRequest>>& call) {
  const bool single = call->version < 3;
  std::vector<LeaveGroupRequest::Member> members = std::move(call->message.members);
  if (single) members = {{std::move(call->message.member_id), {}, {}}};
  services.groups->leave(std::move(call->message.group_id), std::move(members),
                         [call, single](topics::GroupCoordinator::Left left) {
                           LeaveGroupResponse response;
                           response.error_code = wire_code(left.error);
                           if (single && !left.members.empty()) {
                             response.error_code = left.members.front().error_code;
                           }
                           if (!single) response.members = std::move(left.members);
                           call->answer(std::move(response));
                         });
}

}  // namespace

Handled handle_leave_group(Services& services, Request& request) {
  return to_coordinator<LeaveGroupRequest>(services, request, leave);
}

}  // namespace leat::api
