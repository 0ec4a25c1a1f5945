// AlterConfigs (33), v0-2: what is given replaces everything that was set on the resource. Durable
// and in force before it is answered.
// - A resource twice: INVALID_REQUEST for both.
#include "broker/api/config_resources.h"
#include "broker/api/handlers.h"
#include "broker/api/repeated.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/33_alter_configs.h"

namespace leat::api {
namespace {

topics::CatalogError replace(Services& services, const AlterConfigsRequest::Resource& wanted,
                             bool validate_only) {
  std::vector<ConfigValue> values;
  for (const auto& config : wanted.configs) values.push_back({config.name, config.value});
  const auto topic = [&](const BrokerOptions& broker, TopicKind kind, TopicOverrides& overrides) {
    return replace_topic(values, broker, kind, overrides);
  };
  const auto broker = [&](topics::ConfigStore& store, BrokerScope scope, bool only_check) {
    return store.replace(values, scope, only_check);
  };
  return change_config(services, {wanted.resource_type, wanted.resource_name}, validate_only,
                       {topic, broker});
}

AlterConfigsResponse answer_alter_configs(Services& services, const AlterConfigsRequest& request,
                                          const CallInfo&) {
  AlterConfigsResponse response;
  Repeated<ConfigTarget> repeated;
  for (const auto& r : request.resources) repeated.add({r.resource_type, r.resource_name});
  for (const auto& wanted : request.resources) {
    auto& out = response.responses.emplace_back();
    out.resource_type = wanted.resource_type;
    out.resource_name = wanted.resource_name;
    topics::CatalogError error{ErrorCode::kInvalidRequest, "Each resource must appear at most once."};
    if (!repeated.contains({wanted.resource_type, wanted.resource_name})) {
      error = replace(services, wanted, request.validate_only);
    }
    out.error_code = wire_code(error.code);
    out.error_message.reset();
    if (!error.ok()) out.error_message = std::move(error.message);
  }
  return response;
}

}  // namespace

Handled handle_alter_configs(Services& services, Request& request) {
  return on_worker<AlterConfigsRequest>(services, request, answer_alter_configs);
}

}  // namespace leat::api
