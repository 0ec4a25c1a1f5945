#include "common/protocol/messages/18_api_versions.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ApiVersionsRequest,
            WIRE_FIELD(client_software_name, "ClientSoftwareName", .present = since(3),
                       .ignorable = true),
            WIRE_FIELD(client_software_version, "ClientSoftwareVersion", .present = since(3),
                       .ignorable = true),
            WIRE_FIELD(cluster_id, "ClusterId", .present = since(5), .nullable = kAlways,
                       .ignorable = true),
            WIRE_FIELD(node_id, "NodeId", .present = since(5), .ignorable = true));

WIRE_STRUCT(ApiVersionsResponse::Api, WIRE_FIELD(api_key, "ApiKey"),
            WIRE_FIELD(min_version, "MinVersion"), WIRE_FIELD(max_version, "MaxVersion"));

WIRE_STRUCT(ApiVersionsResponse::SupportedFeature, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(min_version, "MinVersion"), WIRE_FIELD(max_version, "MaxVersion"));

WIRE_STRUCT(ApiVersionsResponse::FinalizedFeature, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(max_version_level, "MaxVersionLevel"),
            WIRE_FIELD(min_version_level, "MinVersionLevel"));

WIRE_STRUCT(ApiVersionsResponse, WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(api_keys, "ApiKeys"),
            WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .present = since(1), .ignorable = true),
            WIRE_FIELD(supported_features, "SupportedFeatures", .present = since(3), .tag = 0,
                       .ignorable = true),
            WIRE_FIELD(finalized_features_epoch, "FinalizedFeaturesEpoch", .present = since(3),
                       .tag = 1, .ignorable = true),
            WIRE_FIELD(finalized_features, "FinalizedFeatures", .present = since(3), .tag = 2,
                       .ignorable = true),
            WIRE_FIELD(zk_migration_ready, "ZkMigrationReady", .present = since(3), .tag = 3,
                       .ignorable = true));

}  // namespace wire

const wire::MessageSpec& ApiVersionsRequest::schema() {
  static constexpr auto kSpec = wire::message<ApiVersionsRequest>(
      "ApiVersionsRequest", wire::MessageType::kRequest, {0, 5}, 3);
  return kSpec;
}

const wire::MessageSpec& ApiVersionsResponse::schema() {
  static constexpr auto kSpec = wire::message<ApiVersionsResponse>(
      "ApiVersionsResponse", wire::MessageType::kResponse, {0, 5}, 3);
  return kSpec;
}

}  // namespace leat
