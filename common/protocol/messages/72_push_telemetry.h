#pragma once

#include "common/protocol/types.h"

// PushTelemetry (key 72): versions 0, flexible since 0.
namespace leat {

struct PushTelemetryResponse;

struct PushTelemetryRequest {
  Uuid client_instance_id;
  std::int32_t subscription_id = 0;
  bool terminating = false;
  std::int8_t compression_type = 0;
  Bytes metrics;

  static constexpr std::int16_t kKey = 72;
  using Response = PushTelemetryResponse;
  static const wire::MessageSpec& schema();
};

struct PushTelemetryResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;

  static constexpr std::int16_t kKey = 72;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
