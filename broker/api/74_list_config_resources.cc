// ListConfigResources (74), v0-1 (KIP-1142): the names for which DescribeConfigs has an answer.
// - v0 lists client metrics only, of which there are none here.
// - v1: the types asked for, none = all; an unknown type: UNSUPPORTED_VERSION.
#include <algorithm>

#include "broker/api/config_resources.h"
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/74_list_config_resources.h"

namespace leat::api {
namespace {

constexpr std::int8_t type_number(ConfigResource type) { return static_cast<std::int8_t>(type); }

constexpr std::int8_t kAllTypes[] = {
    type_number(ConfigResource::kTopic), type_number(ConfigResource::kBroker),
    type_number(ConfigResource::kBrokerLogger), type_number(ConfigResource::kClientMetrics),
    type_number(ConfigResource::kGroup)};

ListConfigResourcesResponse answer_list_config_resources(Services& services,
                                                         const ListConfigResourcesRequest& request,
                                                         const CallInfo& info) {
  ListConfigResourcesResponse response;
  if (info.version == 0) return response;
  const auto& wanted = request.resource_types;
  const bool all_known = std::all_of(wanted.begin(), wanted.end(), [](std::int8_t type) {
    return std::find(std::begin(kAllTypes), std::end(kAllTypes), type) != std::end(kAllTypes);
  });
  if (!all_known) {
    response.error_code = wire_code(ErrorCode::kUnsupportedVersion);
    return response;
  }
  const auto asks_for = [&](ConfigResource type) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), type_number(type)) != wanted.end();
  };
  if (asks_for(ConfigResource::kTopic)) {
    for (const auto& [name, topic] : services.catalog->image()->by_name) {
      response.config_resources.push_back({name, type_number(ConfigResource::kTopic)});
    }
  }
  if (asks_for(ConfigResource::kBroker)) {
    response.config_resources.push_back(
        {std::to_string(services.identity.node_id), type_number(ConfigResource::kBroker)});
  }
  return response;
}

}  // namespace

Handled handle_list_config_resources(Services& services, Request& request) {
  return right_here<ListConfigResourcesRequest>(services, request, answer_list_config_resources);
}

}  // namespace leat::api
