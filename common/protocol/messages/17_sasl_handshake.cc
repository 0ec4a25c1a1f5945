#include "common/protocol/messages/17_sasl_handshake.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(SaslHandshakeRequest, WIRE_FIELD(mechanism, "Mechanism"));

WIRE_STRUCT(SaslHandshakeResponse, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(mechanisms, "Mechanisms"));

}  // namespace wire

const wire::MessageSpec& SaslHandshakeRequest::schema() {
  static constexpr auto kSpec = wire::message<SaslHandshakeRequest>(
      "SaslHandshakeRequest", wire::MessageType::kRequest, {0, 1}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& SaslHandshakeResponse::schema() {
  static constexpr auto kSpec = wire::message<SaslHandshakeResponse>(
      "SaslHandshakeResponse", wire::MessageType::kResponse, {0, 1}, wire::kNeverFlexible);
  return kSpec;
}

}  // namespace leat
