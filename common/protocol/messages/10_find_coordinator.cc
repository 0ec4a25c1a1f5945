#include "common/protocol/messages/10_find_coordinator.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(FindCoordinatorRequest, WIRE_FIELD(key, "Key", .present = until(3)),
            WIRE_FIELD(key_type, "KeyType", .present = since(1)),
            WIRE_FIELD(coordinator_keys, "CoordinatorKeys", .present = since(4)));

WIRE_STRUCT(FindCoordinatorResponse::Coordinator, WIRE_FIELD(key, "Key"),
            WIRE_FIELD(node_id, "NodeId"), WIRE_FIELD(host, "Host"), WIRE_FIELD(port, "Port"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways, .ignorable = true));

WIRE_STRUCT(FindCoordinatorResponse,
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(1), .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode", .present = until(3)),
            WIRE_FIELD(error_message, "ErrorMessage", .present = between(1, 3), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(node_id, "NodeId", .present = until(3)),
            WIRE_FIELD(host, "Host", .present = until(3)),
            WIRE_FIELD(port, "Port", .present = until(3)),
            WIRE_FIELD(coordinators, "Coordinators", .present = since(4)));

}  // namespace wire

const wire::MessageSpec& FindCoordinatorRequest::schema() {
  static constexpr auto kSpec = wire::message<FindCoordinatorRequest>(
      "FindCoordinatorRequest", wire::MessageType::kRequest, {0, 6}, 3);
  return kSpec;
}

const wire::MessageSpec& FindCoordinatorResponse::schema() {
  static constexpr auto kSpec = wire::message<FindCoordinatorResponse>(
      "FindCoordinatorResponse", wire::MessageType::kResponse, {0, 6}, 3);
  return kSpec;
}

}  // namespace leat
