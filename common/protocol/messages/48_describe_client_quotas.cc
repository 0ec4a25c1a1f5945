#include "common/protocol/messages/48_describe_client_quotas.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeClientQuotasRequest::Component, WIRE_FIELD(entity_type, "EntityType"),
            WIRE_FIELD(match_type, "MatchType"), WIRE_FIELD(match, "Match", .nullable = kAlways));

WIRE_STRUCT(DescribeClientQuotasRequest, WIRE_FIELD(components, "Components"),
            WIRE_FIELD(strict, "Strict"));

WIRE_STRUCT(DescribeClientQuotasResponse::Entity, WIRE_FIELD(entity_type, "EntityType"),
            WIRE_FIELD(entity_name, "EntityName", .nullable = kAlways));

WIRE_STRUCT(DescribeClientQuotasResponse::Value, WIRE_FIELD(key, "Key"),
            WIRE_FIELD(value, "Value"));

WIRE_STRUCT(DescribeClientQuotasResponse::Entry, WIRE_FIELD(entity, "Entity"),
            WIRE_FIELD(values, "Values"));

WIRE_STRUCT(DescribeClientQuotasResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(entries, "Entries", .nullable = kAlways));

}  // namespace wire

const wire::MessageSpec& DescribeClientQuotasRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeClientQuotasRequest>(
      "DescribeClientQuotasRequest", wire::MessageType::kRequest, {0, 1}, 1);
  return kSpec;
}

const wire::MessageSpec& DescribeClientQuotasResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeClientQuotasResponse>(
      "DescribeClientQuotasResponse", wire::MessageType::kResponse, {0, 1}, 1);
  return kSpec;
}

}  // namespace leat
