#include "common/protocol/messages/64_unregister_broker.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(UnregisterBrokerRequest, WIRE_FIELD(broker_id, "BrokerId"));

WIRE_STRUCT(UnregisterBrokerResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

}  // namespace wire

const wire::MessageSpec& UnregisterBrokerRequest::schema() {
  static constexpr auto kSpec = wire::message<UnregisterBrokerRequest>(
      "UnregisterBrokerRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& UnregisterBrokerResponse::schema() {
  static constexpr auto kSpec = wire::message<UnregisterBrokerResponse>(
      "UnregisterBrokerResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
