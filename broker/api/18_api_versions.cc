// ApiVersions (18), v0-5: what this broker serves, from the handler table.
// - An unknown version is answered in version 0 with UNSUPPORTED_VERSION and one row, ApiVersions'
//   own, so that the client can try again (KIP-511).
// - v3+ carries the client's software name and version; malformed ones are INVALID_REQUEST.
// - Supported features whose minimum is 0 are left out below v4 (KIP-584, KAFKA-17011).
// - Our own APIs are told to clients of ours only: others take a key they do not know for a fault.
// - v5 (KIP-1242): a client that names another cluster or node is told to bootstrap again.
#include <algorithm>

#include "broker/api/handlers.h"
#include "common/protocol/errors.h"
#include "common/protocol/messages/18_api_versions.h"

namespace leat::api {
namespace {

struct Feature {
  std::string_view name;
  std::int16_t min;
  std::int16_t max;
  std::int16_t finalized;  // 0: not finalized
};

// Only what is served is finalized; metadata.version 30 is 4.3-IV0.
constexpr Feature kFeatures[] = {
    {"metadata.version", 7, 30, 30},
    {"eligible.leader.replicas.version", 0, 1, 1},
};

ApiVersionsResponse::Api describe(const HandlerRow& row) {
  ApiVersionsResponse::Api api;
  api.api_key = static_cast<std::int16_t>(row.key);
  api.min_version = row.advertised_min >= 0 ? row.advertised_min : row.min;
  api.max_version = row.max;
  return api;
}

// Letters, digits, '-' and '.', beginning and ending with a letter or digit (KIP-511).
bool is_legal_software_text(std::string_view text) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !text.empty() && alphanumeric(text.front()) && alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return alphanumeric(c) || c == '-' || c == '.'; });
}

void add_features(wire::Version version, std::int64_t epoch, ApiVersionsResponse& response) {
  response.finalized_features_epoch = epoch;
  for (const Feature& feature : kFeatures) {
    if (feature.min > 0 || version >= 4) {
      response.supported_features.push_back({std::string(feature.name), feature.min, feature.max});
    }
    if (feature.finalized > 0) {
      response.finalized_features.push_back(
          {std::string(feature.name), feature.finalized, feature.finalized});
    }
  }
}

Handled answer_unsupported(Request& request) {
  ApiVersionsResponse response;
  response.error_code = wire_code(ErrorCode::kUnsupportedVersion);
  for (const HandlerRow& row : handler_table()) {
    if (row.key == ApiKey::kApiVersions) response.api_keys.push_back(describe(row));
  }
  request.header.version = 0;
  request.make_reply().send(response);
  return Handled::kDone;
}

}  // namespace

Handled handle_api_versions(Services& services, Request& request) {
  const wire::Version version = request.header.version;
  if (request.header.servable != wire::Servable::kYes) return answer_unsupported(request);
  auto decoded = wire::decode<ApiVersionsRequest>(request.body, version);
  if (!decoded.ok()) {
    request.connection->close(message(decoded.status()));
    return Handled::kDone;
  }
  ApiVersionsResponse response;
  if (version >= 3) {
    if (!is_legal_software_text(decoded->client_software_name) ||
        !is_legal_software_text(decoded->client_software_version)) {
      response.error_code = wire_code(ErrorCode::kInvalidRequest);
      request.make_reply().send(response);
      return Handled::kDone;
    }
    ClientInfo& client = request.connection->client();
    client.software_name = std::move(decoded->client_software_name);
    client.software_version = std::move(decoded->client_software_version);
    add_features(version, services.metadata->revision() + 1, response);
  }
  const bool other_cluster = decoded->cluster_id && *decoded->cluster_id != services.identity.cluster_id;
  const bool other_node = decoded->node_id >= 0 && decoded->node_id != services.identity.node_id;
  if (version >= 5 && (other_cluster || other_node)) {
    response.error_code = wire_code(ErrorCode::kRebootstrapRequired);
  }
  const bool ours = request.connection->client().software_name.starts_with("leat");
  for (const HandlerRow& row : handler_table()) {
    if (ours || !is_own(row.key)) response.api_keys.push_back(describe(row));
  }
  request.make_reply().send(response);
  return Handled::kDone;
}

}  // namespace leat::api
