#include "common/protocol/messages/57_update_features.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(UpdateFeaturesRequest::FeatureUpdate, WIRE_FIELD(feature, "Feature"),
            WIRE_FIELD(max_version_level, "MaxVersionLevel"),
            WIRE_FIELD(allow_downgrade, "AllowDowngrade", .present = until(0)),
            WIRE_FIELD(upgrade_type, "UpgradeType", .present = since(1)));

WIRE_STRUCT(UpdateFeaturesRequest, WIRE_FIELD(timeout_ms, "timeoutMs"),
            WIRE_FIELD(feature_updates, "FeatureUpdates"),
            WIRE_FIELD(validate_only, "ValidateOnly", .present = since(1)));

WIRE_STRUCT(UpdateFeaturesResponse::Result, WIRE_FIELD(feature, "Feature"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(UpdateFeaturesResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(results, "Results", .present = until(1), .ignorable = true));

}  // namespace wire

const wire::MessageSpec& UpdateFeaturesRequest::schema() {
  static constexpr auto kSpec = wire::message<UpdateFeaturesRequest>(
      "UpdateFeaturesRequest", wire::MessageType::kRequest, {0, 2}, 0);
  return kSpec;
}

const wire::MessageSpec& UpdateFeaturesResponse::schema() {
  static constexpr auto kSpec = wire::message<UpdateFeaturesResponse>(
      "UpdateFeaturesResponse", wire::MessageType::kResponse, {0, 2}, 0);
  return kSpec;
}

}  // namespace leat
