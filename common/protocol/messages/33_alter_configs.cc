#include "common/protocol/messages/33_alter_configs.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(AlterConfigsRequest::Config, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(value, "Value", .nullable = kAlways, .sensitive = true));

WIRE_STRUCT(AlterConfigsRequest::Resource, WIRE_FIELD(resource_type, "ResourceType"),
            WIRE_FIELD(resource_name, "ResourceName"), WIRE_FIELD(configs, "Configs"));

WIRE_STRUCT(AlterConfigsRequest, WIRE_FIELD(resources, "Resources"),
            WIRE_FIELD(validate_only, "ValidateOnly"));

WIRE_STRUCT(AlterConfigsResponse::Resource, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(resource_type, "ResourceType"), WIRE_FIELD(resource_name, "ResourceName"));

WIRE_STRUCT(AlterConfigsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(responses, "Responses"));

}  // namespace wire

const wire::MessageSpec& AlterConfigsRequest::schema() {
  static constexpr auto kSpec = wire::message<AlterConfigsRequest>(
      "AlterConfigsRequest", wire::MessageType::kRequest, {0, 2}, 2);
  return kSpec;
}

const wire::MessageSpec& AlterConfigsResponse::schema() {
  static constexpr auto kSpec = wire::message<AlterConfigsResponse>(
      "AlterConfigsResponse", wire::MessageType::kResponse, {0, 2}, 2);
  return kSpec;
}

}  // namespace leat
