#include "common/protocol/messages/29_describe_acls.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeAclsRequest, WIRE_FIELD(resource_type_filter, "ResourceTypeFilter"),
            WIRE_FIELD(resource_name_filter, "ResourceNameFilter", .nullable = kAlways),
            WIRE_FIELD(pattern_type_filter, "PatternTypeFilter"),
            WIRE_FIELD(principal_filter, "PrincipalFilter", .nullable = kAlways),
            WIRE_FIELD(host_filter, "HostFilter", .nullable = kAlways),
            WIRE_FIELD(operation, "Operation"), WIRE_FIELD(permission_type, "PermissionType"));

WIRE_STRUCT(DescribeAclsResponse::Acl, WIRE_FIELD(principal, "Principal"), WIRE_FIELD(host, "Host"),
            WIRE_FIELD(operation, "Operation"), WIRE_FIELD(permission_type, "PermissionType"));

WIRE_STRUCT(DescribeAclsResponse::Resource, WIRE_FIELD(resource_type, "ResourceType"),
            WIRE_FIELD(resource_name, "ResourceName"), WIRE_FIELD(pattern_type, "PatternType"),
            WIRE_FIELD(acls, "Acls"));

WIRE_STRUCT(DescribeAclsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(resources, "Resources"));

}  // namespace wire

const wire::MessageSpec& DescribeAclsRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeAclsRequest>(
      "DescribeAclsRequest", wire::MessageType::kRequest, {1, 3}, 2);
  return kSpec;
}

const wire::MessageSpec& DescribeAclsResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeAclsResponse>(
      "DescribeAclsResponse", wire::MessageType::kResponse, {1, 3}, 2);
  return kSpec;
}

}  // namespace leat
