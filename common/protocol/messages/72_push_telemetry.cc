#include "common/protocol/messages/72_push_telemetry.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(PushTelemetryRequest, WIRE_FIELD(client_instance_id, "ClientInstanceId"),
            WIRE_FIELD(subscription_id, "SubscriptionId"), WIRE_FIELD(terminating, "Terminating"),
            WIRE_FIELD(compression_type, "CompressionType"), WIRE_FIELD(metrics, "Metrics"));

WIRE_STRUCT(PushTelemetryResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"));

}  // namespace wire

const wire::MessageSpec& PushTelemetryRequest::schema() {
  static constexpr auto kSpec = wire::message<PushTelemetryRequest>(
      "PushTelemetryRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& PushTelemetryResponse::schema() {
  static constexpr auto kSpec = wire::message<PushTelemetryResponse>(
      "PushTelemetryResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
