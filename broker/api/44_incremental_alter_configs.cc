// IncrementalAlterConfigs (44), v0-1 (KIP-339): sets, deletes, appends to or subtracts from single
// keys. Durable and in force before it is answered.
// - A resource or a key twice, SET to null, topic "": INVALID_REQUEST.
#include "broker/api/config_resources.h"
#include "broker/api/handlers.h"
#include "broker/api/repeated.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/44_incremental_alter_configs.h"

namespace leat::api {
namespace {

topics::CatalogError alter(Services& services,
                           const IncrementalAlterConfigsRequest::Resource& wanted,
                           bool validate_only) {
  std::vector<ConfigChange> changes;
  for (const auto& config : wanted.configs) {
    changes.push_back({config.name, config.config_operation, config.value});
  }
  const auto topic = [&](const BrokerOptions& broker, TopicKind kind, TopicOverrides& overrides) {
    return alter_topic(changes, broker, kind, overrides);
  };
  const auto broker = [&](topics::ConfigStore& store, BrokerScope scope, bool only_check) {
    return store.alter(changes, scope, only_check);
  };
  return change_config(services, {wanted.resource_type, wanted.resource_name}, validate_only,
                       {topic, broker});
}

IncrementalAlterConfigsResponse answer_incremental_alter_configs(
    Services& services, const IncrementalAlterConfigsRequest& request, const CallInfo&) {
  IncrementalAlterConfigsResponse response;
  Repeated<ConfigTarget> repeated;
  for (const auto& r : request.resources) repeated.add({r.resource_type, r.resource_name});
  for (const auto& wanted : request.resources) {
    auto& out = response.responses.emplace_back();
    out.resource_type = wanted.resource_type;
    out.resource_name = wanted.resource_name;
    topics::CatalogError error{ErrorCode::kInvalidRequest, "Each resource must appear at most once."};
    if (!repeated.contains({wanted.resource_type, wanted.resource_name})) {
      error = alter(services, wanted, request.validate_only);
    }
    out.error_code = wire_code(error.code);
    out.error_message.reset();
    if (!error.ok()) out.error_message = std::move(error.message);
  }
  return response;
}

}  // namespace

Handled handle_incremental_alter_configs(Services& services, Request& request) {
  return on_worker<IncrementalAlterConfigsRequest>(services, request,
                                                   answer_incremental_alter_configs);
}

}  // namespace leat::api
