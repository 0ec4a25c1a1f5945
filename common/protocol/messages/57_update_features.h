#pragma once

#include "common/protocol/types.h"

// UpdateFeatures (key 57): versions 0-2, flexible since 0.
//   Request
//     v1: adds UpgradeType, ValidateOnly; drops AllowDowngrade
//   Response
//     v2: drops Results
namespace leat {

struct UpdateFeaturesResponse;

struct UpdateFeaturesRequest {
  struct FeatureUpdate {
    std::string feature;
    std::int16_t max_version_level = 0;
    bool allow_downgrade = false;
    std::int8_t upgrade_type = 1;
  };
  std::int32_t timeout_ms = 60000;
  std::vector<FeatureUpdate> feature_updates;
  bool validate_only = false;

  static constexpr std::int16_t kKey = 57;
  using Response = UpdateFeaturesResponse;
  static const wire::MessageSpec& schema();
};

struct UpdateFeaturesResponse {
  struct Result {
    std::string feature;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 57;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
