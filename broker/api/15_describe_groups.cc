// DescribeGroups (15), v0-6. An unknown group is "Dead": without an error up to v5, 69 in v6.
#include "broker/api/authorized_operations.h"
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "common/protocol/messages/15_describe_groups.h"

namespace leat::api {
namespace {

constexpr auto kNotFound = wire_code(ErrorCode::kGroupIdNotFound);

void describe_groups(Services& services,
                     const std::shared_ptr<GroupCall<DescribeGroupsRequest>>& call) {
  services.groups->describe(
      std::move(call->message.groups),
      [call](std::vector<DescribeGroupsResponse::Group> groups) {
        DescribeGroupsResponse response;
        for (auto& group : groups) {
          if (group.error_code == kNotFound && call->version < 6) group.error_code = 0;
          if (group.error_code == kNotFound) {
            group.error_message = fmt::format("Group {} not found.", group.group_id);
          }
          if (group.error_code == 0 && call->message.include_authorized_operations) {
            group.authorized_operations = kAllGroupOperations;
          }
        }
        response.groups = std::move(groups);
        call->answer(std::move(response));
      });
}

}  // namespace

Handled handle_describe_groups(Services& services, Request& request) {
  return to_coordinator<DescribeGroupsRequest>(services, request, describe_groups);
}

}  // namespace leat::api
