#include "common/protocol/messages/71_get_telemetry_subscriptions.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(GetTelemetrySubscriptionsRequest, WIRE_FIELD(client_instance_id, "ClientInstanceId"));

WIRE_STRUCT(GetTelemetrySubscriptionsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"), WIRE_FIELD(client_instance_id, "ClientInstanceId"),
            WIRE_FIELD(subscription_id, "SubscriptionId"),
            WIRE_FIELD(accepted_compression_types, "AcceptedCompressionTypes"),
            WIRE_FIELD(push_interval_ms, "PushIntervalMs"),
            WIRE_FIELD(telemetry_max_bytes, "TelemetryMaxBytes"),
            WIRE_FIELD(delta_temporality, "DeltaTemporality"),
            WIRE_FIELD(requested_metrics, "RequestedMetrics"));

}  // namespace wire

const wire::MessageSpec& GetTelemetrySubscriptionsRequest::schema() {
  static constexpr auto kSpec = wire::message<GetTelemetrySubscriptionsRequest>(
      "GetTelemetrySubscriptionsRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& GetTelemetrySubscriptionsResponse::schema() {
  static constexpr auto kSpec = wire::message<GetTelemetrySubscriptionsResponse>(
      "GetTelemetrySubscriptionsResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
