#include "common/protocol/messages/42_delete_groups.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DeleteGroupsRequest, WIRE_FIELD(groups_names, "GroupsNames"));

WIRE_STRUCT(DeleteGroupsResponse::Result, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .present = since(3), .nullable = kAlways,
                       .ignorable = true));

WIRE_STRUCT(DeleteGroupsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& DeleteGroupsRequest::schema() {
  static constexpr auto kSpec = wire::message<DeleteGroupsRequest>(
      "DeleteGroupsRequest", wire::MessageType::kRequest, {0, 3}, 2);
  return kSpec;
}

const wire::MessageSpec& DeleteGroupsResponse::schema() {
  static constexpr auto kSpec = wire::message<DeleteGroupsResponse>(
      "DeleteGroupsResponse", wire::MessageType::kResponse, {0, 3}, 2);
  return kSpec;
}

}  // namespace leat
