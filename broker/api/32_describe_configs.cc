// DescribeConfigs (32), v1-4: every key of a topic or of the broker with its source, type, synonyms
// and meaning.
// - keys null or empty: all; unknown keys are left out. A resource twice: answered once.
// - Broker "": only what was altered for all brokers. Another broker's number, or text: 42.
// - Unknown topic: 3; illegal name: 17.
// Left out: loggers by name, groups and client metrics (42).
#include <absl/container/flat_hash_set.h>

#include <algorithm>

#include "broker/api/config_resources.h"
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/32_describe_configs.h"

namespace leat::api {
namespace {

using Rows = std::vector<config::Description>;

topics::CatalogError describe_topic_into(Services& services, const std::string& name, Rows& rows) {
  if (auto fault = topics::topic_name_fault(name)) {
    return {ErrorCode::kInvalidTopicException, *fault};
  }
  const auto topic = services.catalog->image()->find(name);
  if (!topic) return {ErrorCode::kUnknownTopicOrPartition, "This server does not host this topic."};
  rows = describe_topic(topic->overrides, *services.config->current());
  return {};
}

topics::CatalogError describe_broker_into(Services& services, const std::string& name, Rows& rows) {
  const auto scope = broker_scope(name, services.identity.node_id);
  if (!scope.ok()) return {ErrorCode::kInvalidRequest, std::string(message(scope.status()))};
  const auto config = services.config->current();
  rows = *scope == BrokerScope::kThisBroker ? config->describe() : config->describe_all_brokers();
  return {};
}

topics::CatalogError describe_into(Services& services, const ConfigTarget& target, Rows& rows) {
  switch (static_cast<ConfigResource>(target.type)) {
    case ConfigResource::kTopic: return describe_topic_into(services, target.name, rows);
    case ConfigResource::kBroker: return describe_broker_into(services, target.name, rows);
    case ConfigResource::kBrokerLogger:
    case ConfigResource::kClientMetrics:
    case ConfigResource::kGroup:
      return {ErrorCode::kInvalidRequest,
              "Loggers, client metrics and single groups have no settings in this version."};
  }
  return {ErrorCode::kInvalidRequest, fmt::format("Unsupported resource type: {}", target.type)};
}

DescribeConfigsResponse::Config to_wire(const config::Description& row, bool synonyms, bool docs) {
  DescribeConfigsResponse::Config out;
  out.name = row.name;
  out.value = row.value;
  out.read_only = row.read_only;
  out.config_source = static_cast<std::int8_t>(row.source);
  out.is_sensitive = row.sensitive;
  out.config_type = static_cast<std::int8_t>(row.type);
  out.documentation.reset();
  if (docs) out.documentation = std::string(row.doc);
  if (!synonyms) return out;
  for (const auto& s : row.synonyms) {
    out.synonyms.push_back({s.name, s.value, static_cast<std::int8_t>(s.source)});
  }
  return out;
}

DescribeConfigsResponse answer_describe_configs(Services& services,
                                                const DescribeConfigsRequest& request,
                                                const CallInfo&) {
  DescribeConfigsResponse response;
  absl::flat_hash_set<ConfigTarget> answered;
  for (const auto& wanted : request.resources) {
    ConfigTarget target{wanted.resource_type, wanted.resource_name};
    if (!answered.insert(target).second) continue;
    auto& result = response.results.emplace_back();
    result.resource_type = wanted.resource_type;
    result.resource_name = wanted.resource_name;
    Rows rows;
    const topics::CatalogError error = describe_into(services, target, rows);
    result.error_code = wire_code(error.code);
    result.error_message = error.message;
    const auto& keys = wanted.configuration_keys;
    const bool all = !keys || keys->empty();
    for (const auto& row : rows) {
      if (!all && std::find(keys->begin(), keys->end(), row.name) == keys->end()) continue;
      result.configs.push_back(
          to_wire(row, request.include_synonyms, request.include_documentation));
    }
  }
  return response;
}

}  // namespace

Handled handle_describe_configs(Services& services, Request& request) {
  return on_worker<DescribeConfigsRequest>(services, request, answer_describe_configs);
}

}  // namespace leat::api
