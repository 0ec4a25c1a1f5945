#pragma once

#include "common/protocol/types.h"

// ApiVersions (key 18): versions 0-5, flexible since 3.
//   Request
//     v3: adds ClientSoftwareName, ClientSoftwareVersion
//     v5: adds ClusterId, NodeId
//   Response
//     v1: adds ThrottleTimeMs
//     v3: adds SupportedFeatures, FinalizedFeaturesEpoch, FinalizedFeatures, ZkMigrationReady
namespace leat {

struct ApiVersionsResponse;

struct ApiVersionsRequest {
  std::string client_software_name;
  std::string client_software_version;
  std::optional<std::string> cluster_id;
  std::int32_t node_id = -1;

  static constexpr std::int16_t kKey = 18;
  using Response = ApiVersionsResponse;
  static const wire::MessageSpec& schema();
};

struct ApiVersionsResponse {
  struct Api {
    std::int16_t api_key = 0;
    std::int16_t min_version = 0;
    std::int16_t max_version = 0;
  };
  struct SupportedFeature {
    std::string name;
    std::int16_t min_version = 0;
    std::int16_t max_version = 0;
  };
  struct FinalizedFeature {
    std::string name;
    std::int16_t max_version_level = 0;
    std::int16_t min_version_level = 0;
  };
  std::int16_t error_code = 0;
  std::vector<Api> api_keys;
  std::int32_t throttle_time_ms = 0;
  std::vector<SupportedFeature> supported_features;
  std::int64_t finalized_features_epoch = -1;
  std::vector<FinalizedFeature> finalized_features;
  bool zk_migration_ready = false;

  static constexpr std::int16_t kKey = 18;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
