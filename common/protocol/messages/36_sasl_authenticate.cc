#include "common/protocol/messages/36_sasl_authenticate.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(SaslAuthenticateRequest, WIRE_FIELD(auth_bytes, "AuthBytes", .sensitive = true));

WIRE_STRUCT(SaslAuthenticateResponse, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(auth_bytes, "AuthBytes", .sensitive = true),
            WIRE_FIELD(session_lifetime_ms, "SessionLifetimeMs", .present = since(1),
                       .ignorable = true));

}  // namespace wire

const wire::MessageSpec& SaslAuthenticateRequest::schema() {
  static constexpr auto kSpec = wire::message<SaslAuthenticateRequest>(
      "SaslAuthenticateRequest", wire::MessageType::kRequest, {0, 2}, 2);
  return kSpec;
}

const wire::MessageSpec& SaslAuthenticateResponse::schema() {
  static constexpr auto kSpec = wire::message<SaslAuthenticateResponse>(
      "SaslAuthenticateResponse", wire::MessageType::kResponse, {0, 2}, 2);
  return kSpec;
}

}  // namespace leat
