#include "common/protocol/messages/49_alter_client_quotas.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(AlterClientQuotasRequest::Entity, WIRE_FIELD(entity_type, "EntityType"),
            WIRE_FIELD(entity_name, "EntityName", .nullable = kAlways));

WIRE_STRUCT(AlterClientQuotasRequest::Op, WIRE_FIELD(key, "Key"), WIRE_FIELD(value, "Value"),
            WIRE_FIELD(remove, "Remove"));

WIRE_STRUCT(AlterClientQuotasRequest::Entry, WIRE_FIELD(entity, "Entity"), WIRE_FIELD(ops, "Ops"));

WIRE_STRUCT(AlterClientQuotasRequest, WIRE_FIELD(entries, "Entries"),
            WIRE_FIELD(validate_only, "ValidateOnly"));

WIRE_STRUCT(AlterClientQuotasResponse::Entity, WIRE_FIELD(entity_type, "EntityType"),
            WIRE_FIELD(entity_name, "EntityName", .nullable = kAlways));

WIRE_STRUCT(AlterClientQuotasResponse::Entry, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(entity, "Entity"));

WIRE_STRUCT(AlterClientQuotasResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(entries, "Entries"));

}  // namespace wire

const wire::MessageSpec& AlterClientQuotasRequest::schema() {
  static constexpr auto kSpec = wire::message<AlterClientQuotasRequest>(
      "AlterClientQuotasRequest", wire::MessageType::kRequest, {0, 1}, 1);
  return kSpec;
}

const wire::MessageSpec& AlterClientQuotasResponse::schema() {
  static constexpr auto kSpec = wire::message<AlterClientQuotasResponse>(
      "AlterClientQuotasResponse", wire::MessageType::kResponse, {0, 1}, 1);
  return kSpec;
}

}  // namespace leat
