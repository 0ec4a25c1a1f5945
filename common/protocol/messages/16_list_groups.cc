#include "common/protocol/messages/16_list_groups.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ListGroupsRequest, WIRE_FIELD(states_filter, "StatesFilter", .present = since(4)),
            WIRE_FIELD(types_filter, "TypesFilter", .present = since(5)));

WIRE_STRUCT(ListGroupsResponse::Group, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(protocol_type, "ProtocolType"),
            WIRE_FIELD(group_state, "GroupState", .present = since(4), .ignorable = true),
            WIRE_FIELD(group_type, "GroupType", .present = since(5), .ignorable = true));

WIRE_STRUCT(ListGroupsResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(1), .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"), WIRE_FIELD(groups, "Groups"));

}  // namespace wire

const wire::MessageSpec& ListGroupsRequest::schema() {
  static constexpr auto kSpec =
      wire::message<ListGroupsRequest>("ListGroupsRequest", wire::MessageType::kRequest, {0, 5}, 3);
  return kSpec;
}

const wire::MessageSpec& ListGroupsResponse::schema() {
  static constexpr auto kSpec = wire::message<ListGroupsResponse>(
      "ListGroupsResponse", wire::MessageType::kResponse, {0, 5}, 3);
  return kSpec;
}

}  // namespace leat
