#include "common/protocol/messages/30_create_acls.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(CreateAclsRequest::Creation, WIRE_FIELD(resource_type, "ResourceType"),
            WIRE_FIELD(resource_name, "ResourceName"),
            WIRE_FIELD(resource_pattern_type, "ResourcePatternType"),
            WIRE_FIELD(principal, "Principal"), WIRE_FIELD(host, "Host"),
            WIRE_FIELD(operation, "Operation"), WIRE_FIELD(permission_type, "PermissionType"));

WIRE_STRUCT(CreateAclsRequest, WIRE_FIELD(creations, "Creations"));

WIRE_STRUCT(CreateAclsResponse::Result, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(CreateAclsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& CreateAclsRequest::schema() {
  static constexpr auto kSpec =
      wire::message<CreateAclsRequest>("CreateAclsRequest", wire::MessageType::kRequest, {1, 3}, 2);
  return kSpec;
}

const wire::MessageSpec& CreateAclsResponse::schema() {
  static constexpr auto kSpec = wire::message<CreateAclsResponse>(
      "CreateAclsResponse", wire::MessageType::kResponse, {1, 3}, 2);
  return kSpec;
}

}  // namespace leat
