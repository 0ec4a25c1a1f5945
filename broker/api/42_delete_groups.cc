// DeleteGroups (42), v0-3. Unknown: 69; with members: 68. Durable before it is answered.
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "common/protocol/messages/42_delete_groups.h"

namespace leat::api {
namespace {

void remove_groups(Services& services,
                   const std::shared_ptr<GroupCall<DeleteGroupsRequest>>& call) {
  services.groups->remove(call->message.groups_names,
                          [call](const std::vector<ErrorCode>& errors) {
                            DeleteGroupsResponse response;
                            for (std::size_t i = 0; i < errors.size(); ++i) {
                              auto& result = response.results.emplace_back();
                              result.group_id = call->message.groups_names[i];
                              result.error_code = wire_code(errors[i]);
                            }
                            call->answer(std::move(response));
                          });
}

}  // namespace

Handled handle_delete_groups(Services& services, Request& request) {
  return to_coordinator<DeleteGroupsRequest>(services, request, remove_groups);
}

}  // namespace leat::api
