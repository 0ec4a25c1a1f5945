#include "common/protocol/messages/44_incremental_alter_configs.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(IncrementalAlterConfigsRequest::Config, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(config_operation, "ConfigOperation"),
            WIRE_FIELD(value, "Value", .nullable = kAlways, .sensitive = true));

WIRE_STRUCT(IncrementalAlterConfigsRequest::Resource, WIRE_FIELD(resource_type, "ResourceType"),
            WIRE_FIELD(resource_name, "ResourceName"), WIRE_FIELD(configs, "Configs"));

WIRE_STRUCT(IncrementalAlterConfigsRequest, WIRE_FIELD(resources, "Resources"),
            WIRE_FIELD(validate_only, "ValidateOnly"));

WIRE_STRUCT(IncrementalAlterConfigsResponse::Resource, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(resource_type, "ResourceType"), WIRE_FIELD(resource_name, "ResourceName"));

WIRE_STRUCT(IncrementalAlterConfigsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(responses, "Responses"));

}  // namespace wire

const wire::MessageSpec& IncrementalAlterConfigsRequest::schema() {
  static constexpr auto kSpec = wire::message<IncrementalAlterConfigsRequest>(
      "IncrementalAlterConfigsRequest", wire::MessageType::kRequest, {0, 1}, 1);
  return kSpec;
}

const wire::MessageSpec& IncrementalAlterConfigsResponse::schema() {
  static constexpr auto kSpec = wire::message<IncrementalAlterConfigsResponse>(
      "IncrementalAlterConfigsResponse", wire::MessageType::kResponse, {0, 1}, 1);
  return kSpec;
}

}  // namespace leat
