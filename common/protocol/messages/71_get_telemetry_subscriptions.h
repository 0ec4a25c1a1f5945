#pragma once

#include "common/protocol/types.h"

// GetTelemetrySubscriptions (key 71): versions 0, flexible since 0.
namespace leat {

struct GetTelemetrySubscriptionsResponse;

struct GetTelemetrySubscriptionsRequest {
  Uuid client_instance_id;

  static constexpr std::int16_t kKey = 71;
  using Response = GetTelemetrySubscriptionsResponse;
  static const wire::MessageSpec& schema();
};

struct GetTelemetrySubscriptionsResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  Uuid client_instance_id;
  std::int32_t subscription_id = 0;
  std::vector<std::int8_t> accepted_compression_types;
  std::int32_t push_interval_ms = 0;
  std::int32_t telemetry_max_bytes = 0;
  bool delta_temporality = false;
  std::vector<std::string> requested_metrics;

  static constexpr std::int16_t kKey = 71;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
