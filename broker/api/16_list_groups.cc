// ListGroups (16), v0-5. Filters ignore case; an unknown state or type matches nothing.
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "common/protocol/messages/16_list_groups.h"

namespace leat::api {
namespace {

void list(Services& services, const std::shared_ptr<GroupCall<ListGroupsRequest>>& call) {
  services.groups->list(std::move(call->message),
                        [call](topics::GroupCoordinator::Listing listing) {
                          ListGroupsResponse response;
                          response.error_code = wire_code(listing.error);
                          response.groups = std::move(listing.groups);
                          call->answer(std::move(response));
                        });
}

}  // namespace

Handled handle_list_groups(Services& services, Request& request) {
  return to_coordinator<ListGroupsRequest>(services, request, list);
}

}  // namespace leat::api
