#include "common/protocol/messages/74_list_config_resources.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ListConfigResourcesRequest,
            WIRE_FIELD(resource_types, "ResourceTypes", .present = since(1)));

WIRE_STRUCT(ListConfigResourcesResponse::ConfigResource, WIRE_FIELD(resource_name, "ResourceName"),
            WIRE_FIELD(resource_type, "ResourceType", .present = since(1), .ignorable = true));

WIRE_STRUCT(ListConfigResourcesResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"), WIRE_FIELD(config_resources, "ConfigResources"));

}  // namespace wire

const wire::MessageSpec& ListConfigResourcesRequest::schema() {
  static constexpr auto kSpec = wire::message<ListConfigResourcesRequest>(
      "ListConfigResourcesRequest", wire::MessageType::kRequest, {0, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& ListConfigResourcesResponse::schema() {
  static constexpr auto kSpec = wire::message<ListConfigResourcesResponse>(
      "ListConfigResourcesResponse", wire::MessageType::kResponse, {0, 1}, 0);
  return kSpec;
}

}  // namespace leat
