#include "common/protocol/messages/32_describe_configs.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeConfigsRequest::Resource, WIRE_FIELD(resource_type, "ResourceType"),
            WIRE_FIELD(resource_name, "ResourceName"),
            WIRE_FIELD(configuration_keys, "ConfigurationKeys", .nullable = kAlways));

WIRE_STRUCT(DescribeConfigsRequest, WIRE_FIELD(resources, "Resources"),
            WIRE_FIELD(include_synonyms, "IncludeSynonyms"),
            WIRE_FIELD(include_documentation, "IncludeDocumentation", .present = since(3)));

WIRE_STRUCT(DescribeConfigsResponse::Synonym, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(value, "Value", .nullable = kAlways), WIRE_FIELD(source, "Source"));

WIRE_STRUCT(DescribeConfigsResponse::Config, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(value, "Value", .nullable = kAlways), WIRE_FIELD(read_only, "ReadOnly"),
            WIRE_FIELD(config_source, "ConfigSource", .ignorable = true),
            WIRE_FIELD(is_sensitive, "IsSensitive"),
            WIRE_FIELD(synonyms, "Synonyms", .ignorable = true),
            WIRE_FIELD(config_type, "ConfigType", .present = since(3), .ignorable = true),
            WIRE_FIELD(documentation, "Documentation", .present = since(3), .nullable = kAlways,
                       .ignorable = true));

WIRE_STRUCT(DescribeConfigsResponse::Result, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(resource_type, "ResourceType"), WIRE_FIELD(resource_name, "ResourceName"),
            WIRE_FIELD(configs, "Configs"));

WIRE_STRUCT(DescribeConfigsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& DescribeConfigsRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeConfigsRequest>(
      "DescribeConfigsRequest", wire::MessageType::kRequest, {1, 4}, 4);
  return kSpec;
}

const wire::MessageSpec& DescribeConfigsResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeConfigsResponse>(
      "DescribeConfigsResponse", wire::MessageType::kResponse, {1, 4}, 4);
  return kSpec;
}

}  // namespace leat
