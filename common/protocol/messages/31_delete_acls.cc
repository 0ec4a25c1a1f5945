#include "common/protocol/messages/31_delete_acls.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DeleteAclsRequest::Filter, WIRE_FIELD(resource_type_filter, "ResourceTypeFilter"),
            WIRE_FIELD(resource_name_filter, "ResourceNameFilter", .nullable = kAlways),
            WIRE_FIELD(pattern_type_filter, "PatternTypeFilter"),
            WIRE_FIELD(principal_filter, "PrincipalFilter", .nullable = kAlways),
            WIRE_FIELD(host_filter, "HostFilter", .nullable = kAlways),
            WIRE_FIELD(operation, "Operation"), WIRE_FIELD(permission_type, "PermissionType"));

WIRE_STRUCT(DeleteAclsRequest, WIRE_FIELD(filters, "Filters"));

WIRE_STRUCT(DeleteAclsResponse::MatchingAcl, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(resource_type, "ResourceType"), WIRE_FIELD(resource_name, "ResourceName"),
            WIRE_FIELD(pattern_type, "PatternType"), WIRE_FIELD(principal, "Principal"),
            WIRE_FIELD(host, "Host"), WIRE_FIELD(operation, "Operation"),
            WIRE_FIELD(permission_type, "PermissionType"));

WIRE_STRUCT(DeleteAclsResponse::FilterResult, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(matching_acls, "MatchingAcls"));

WIRE_STRUCT(DeleteAclsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(filter_results, "FilterResults"));

}  // namespace wire

const wire::MessageSpec& DeleteAclsRequest::schema() {
  static constexpr auto kSpec =
      wire::message<DeleteAclsRequest>("DeleteAclsRequest", wire::MessageType::kRequest, {1, 3}, 2);
  return kSpec;
}

const wire::MessageSpec& DeleteAclsResponse::schema() {
  static constexpr auto kSpec = wire::message<DeleteAclsResponse>(
      "DeleteAclsResponse", wire::MessageType::kResponse, {1, 3}, 2);
  return kSpec;
}

}  // namespace leat
