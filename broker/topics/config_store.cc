#include "broker/topics/config_store.h"

#include "common/base/log.h"

namespace leat::topics {
namespace {

// config/broker/KEY and config/cluster/KEY -> value
std::string_view prefix(BrokerScope scope) {
  return scope == BrokerScope::kThisBroker ? "config/broker/" : "config/cluster/";
}

constexpr std::int16_t kStorageError = 56;

}  // namespace

ConfigStore::ConfigStore(meta::MetaStore& store, BrokerConfig given)
    : store_(store), current_(std::make_shared<const BrokerConfig>(std::move(given))) {}

std::shared_ptr<const BrokerConfig> ConfigStore::current() const {
  MutexLock lock(mutex_);
  return current_;
}

std::shared_ptr<const BrokerOptions> ConfigStore::options() const {
  auto config = current();
  return {config, &config->options()};
}

void ConfigStore::publish(BrokerConfig config) {
  auto next = std::make_shared<const BrokerConfig>(std::move(config));
  MutexLock lock(mutex_);
  current_ = std::move(next);
}

Status ConfigStore::load() {
  MutexLock lock(change_mutex_);
  BrokerConfig config = *current();
  for (const BrokerScope scope : {BrokerScope::kAllBrokers, BrokerScope::kThisBroker}) {
    config::Texts texts;
    for (const auto& entry : store_.range(prefix(scope))) {
      texts.emplace(entry.key.substr(prefix(scope).size()), entry.value);
    }
    for (const auto& key : config.set_altered(scope, texts)) {
      LOG_WARN("an altered setting is not known to this version and was left out key={}", key);
    }
  }
  publish(std::move(config));
  return {};
}

AlterResult ConfigStore::alter(std::span<const ConfigChange> changes, BrokerScope scope,
                               bool validate_only) {
  MutexLock lock(change_mutex_);
  BrokerConfig changed = *current();
  if (AlterResult result = alter_broker(changes, scope, changed); !result.ok()) return result;
  return store_and_publish(std::move(changed), scope, validate_only);
}

AlterResult ConfigStore::replace(std::span<const ConfigValue> values, BrokerScope scope,
                                 bool validate_only) {
  MutexLock lock(change_mutex_);
  BrokerConfig changed = *current();
  if (AlterResult result = replace_broker(values, scope, changed); !result.ok()) return result;
  return store_and_publish(std::move(changed), scope, validate_only);
}

AlterResult ConfigStore::store_and_publish(BrokerConfig changed, BrokerScope scope,
                                           bool validate_only) {
  if (validate_only) return {};
  const auto key_of = [scope](const std::string& key) {
    return fmt::format("{}{}", prefix(scope), key);
  };
  const auto& before = current()->altered(scope);
  const auto& after = changed.altered(scope);
  std::vector<meta::MetaOp> ops;
  for (const auto& [key, value] : before) {
    if (!after.contains(key)) ops.push_back({key_of(key), std::nullopt});
  }
  for (const auto& [key, value] : after) {
    const auto old = before.find(key);
    if (old == before.end() || old->second != value) ops.push_back({key_of(key), value});
  }
  if (auto stored = store_.txn({}, std::move(ops)); !stored.ok()) {
    return {kStorageError, std::string(message(stored.status()))};
  }
  publish(std::move(changed));
  return {};
}

}  // namespace leat::topics
