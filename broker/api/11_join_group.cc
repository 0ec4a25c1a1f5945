// JoinGroup (11), v0-9. Parked until the group's next generation.
// - v0 has no rebalance time-out: the session's. v4+ without a member id: 79 and an id (KIP-394).
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "common/protocol/messages/11_join_group.h"

namespace leat::api {
namespace {

Handled join(Services& services, Request& request) {
  const std::string client_id(request.header.client_id.value_or(""));
  // As java.net.InetAddress prints an address, which is what tools show.
  const std::string host = "/" + request.connection->client().address;
  const topics::ClientSoftware software = software_of(request);
  return to_coordinator<JoinGroupRequest>(
      services, request, [&](Services& s, const std::shared_ptr<GroupCall<JoinGroupRequest>>& call) {
        topics::JoinCall join;
        join.request = std::move(call->message);
        if (call->version == 0) join.request.rebalance_timeout_ms = join.request.session_timeout_ms;
        join.client_id = client_id;
        join.client_host = host;
        join.requires_known_member = call->version >= 4;
        join.may_skip_assignment = call->version >= 9;
        s.groups->join(std::move(join), software, [call](JoinGroupResponse response) {
          if (call->version < 7 && !response.protocol_name) response.protocol_name = "";
          call->answer(std::move(response));
        });
      });
}

}  // namespace

Handled handle_join_group(Services& services, Request& request) { return join(services, request); }

}  // namespace leat::api
