#include "broker/api/config_resources.h"

#include <charconv>

#include "broker/topics/flush_gate.h"
#include "common/base/log.h"

namespace leat::api {
namespace {

using topics::CatalogError;
using Partitions = std::vector<std::shared_ptr<topics::Partition>>;

CatalogError from_result(const AlterResult& result) {
  return {static_cast<ErrorCode>(result.error_code), result.message};
}

void add_relaxed(const topics::Topic& topic, Partitions& out) {
  if (topic.options->durability != Durability::kRelaxed) return;
  out.insert(out.end(), topic.partitions.begin(), topic.partitions.end());
}

// The high watermark of a relaxed topic is ahead of what is stable. One that is durable from now on
// must not go back on it, so all of its log is synced before the change is answered.
CatalogError make_durable(Services& services, const Partitions& were_relaxed) {
  topics::Syncer syncer(*services.files, services.data_directory);
  for (const auto& partition : were_relaxed) {
    if (!partition->is_open() || partition->options()->durability == Durability::kRelaxed) continue;
    const storage::SyncTicket ticket = partition->prepare_sync();
    if (Status s = syncer.make_durable(std::span(&ticket, 1)); !s.ok()) {
      services.fatal(with_context(s, partition->directory()));
      return {ErrorCode::kKafkaStorageError, std::string(message(s))};
    }
    topics::WakeList wakes;
    partition->flushed(ticket, wakes);
    wakes.post();
  }
  return {};
}

CatalogError change_topic(Services& services, const std::string& name, bool validate_only,
                          const ConfigChanger& change) {
  if (name.empty()) {
    return {ErrorCode::kInvalidRequest, "Default topic resources are not allowed."};
  }
  const auto topic = services.catalog->image()->find(name);
  if (!topic) {
    return {ErrorCode::kUnknownTopicOrPartition, fmt::format("The topic '{}' does not exist.", name)};
  }
  const auto options = services.config->options();
  TopicOverrides overrides = topic->overrides;
  const TopicKind kind = topic->internal ? TopicKind::kInternal : TopicKind::kUser;
  if (AlterResult r = change.topic(*options, kind, overrides); !r.ok()) return from_result(r);
  if (validate_only) return {};
  Partitions relaxed;
  add_relaxed(*topic, relaxed);
  CatalogError error = services.catalog->set_overrides(name, std::move(overrides), *options);
  return error.ok() ? make_durable(services, relaxed) : error;
}

CatalogError change_broker(Services& services, const std::string& name, bool validate_only,
                           const ConfigChanger& change) {
  const auto scope = broker_scope(name, services.identity.node_id);
  if (!scope.ok()) return {ErrorCode::kInvalidRequest, std::string(message(scope.status()))};
  if (AlterResult r = change.broker(*services.config, *scope, validate_only); !r.ok()) {
    return from_result(r);
  }
  if (validate_only) return {};
  Partitions relaxed;
  for (const auto& [_, topic] : services.catalog->image()->by_name) add_relaxed(*topic, relaxed);
  const auto options = services.config->options();
  services.catalog->refresh_options(*options);
  set_log_level(options->log_level);
  return make_durable(services, relaxed);
}

}  // namespace

StatusOr<BrokerScope> broker_scope(std::string_view name, std::int32_t node_id) {
  if (name.empty()) return BrokerScope::kAllBrokers;
  std::int32_t id = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (error != std::errc() || end != name.data() + name.size()) {
    return invalid_argument("Broker id must be an integer, but it is: {}", name);
  }
  if (id == node_id) return BrokerScope::kThisBroker;
  return invalid_argument("Unexpected broker id, expected {} or empty string, but received {}",
                          node_id, name);
}

CatalogError change_config(Services& services, const ConfigTarget& target, bool validate_only,
                           const ConfigChanger& change) {
  // A change is computed from what is in force: two at once would lose one of them.
  MutexLock lock(services.config_changes);
  switch (static_cast<ConfigResource>(target.type)) {
    case ConfigResource::kTopic:
      return change_topic(services, target.name, validate_only, change);
    case ConfigResource::kBroker:
      return change_broker(services, target.name, validate_only, change);
    case ConfigResource::kBrokerLogger:
      return {ErrorCode::kInvalidRequest,
              "There are no loggers by name; alter leat.log.level of the broker."};
    case ConfigResource::kClientMetrics:
    case ConfigResource::kGroup:
      return {ErrorCode::kInvalidRequest,
              "Settings of single groups and client metrics are not in this version."};
  }
  return {ErrorCode::kInvalidRequest, fmt::format("Unknown resource type {}", target.type)};
}

}  // namespace leat::api
