// DescribeGroupMembers (20001, Leat's own), v0. A group that is not there: 69, "Dead".
#include "common/protocol/messages/20001_describe_group_members.h"
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"

namespace leat::api {
namespace {

void describe_group_members(Services& services,
                            const std::shared_ptr<GroupCall<DescribeGroupMembersRequest>>& call) {
  services.groups->describe_members(
      std::move(call->message.groups),
      [call](std::vector<DescribeGroupMembersResponse::Group> groups) {
        DescribeGroupMembersResponse response;
        response.groups = std::move(groups);
        call->answer(std::move(response));
      });
}

}  // namespace

Handled handle_describe_group_members(Services& services, Request& request) {
  return to_coordinator<DescribeGroupMembersRequest>(services, request, describe_group_members);
}

}  // namespace leat::api
