#include "common/protocol/messages/94_unregister_controller.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(UnregisterControllerRequest, WIRE_FIELD(controller_id, "ControllerId"));

WIRE_STRUCT(UnregisterControllerResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

}  // namespace wire

const wire::MessageSpec& UnregisterControllerRequest::schema() {
  static constexpr auto kSpec = wire::message<UnregisterControllerRequest>(
      "UnregisterControllerRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& UnregisterControllerResponse::schema() {
  static constexpr auto kSpec = wire::message<UnregisterControllerResponse>(
      "UnregisterControllerResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
