#include "broker/options/alter_configs.h"

#include <algorithm>

#include "common/base/string_map.h"

namespace leat {
namespace {

constexpr std::int16_t kInvalidConfig = 40;
constexpr std::int16_t kInvalidRequest = 42;

AlterResult refused(std::int16_t code, std::string text) {
  return {code, std::move(text)};
}
AlterResult refused(std::int16_t code, const Status& status) {
  return {code, std::string(message(status))};
}

bool is_list_op(std::int8_t op) {
  return op == static_cast<std::int8_t>(AlterOp::kAppend) ||
         op == static_cast<std::int8_t>(AlterOp::kSubtract);
}
bool is_delete(std::int8_t op) {
  return op == static_cast<std::int8_t>(AlterOp::kDelete);
}

// What is wrong with the request itself, whatever the keys.
AlterResult check_shape(std::span<const ConfigChange> changes) {
  StringSet seen;
  std::vector<std::string> nulls;
  for (const ConfigChange& change : changes) {
    if (!seen.insert(change.key).second) {
      return refused(kInvalidRequest, "Error due to duplicate config keys");
    }
    if (change.op < 0 || change.op > static_cast<std::int8_t>(AlterOp::kSubtract)) {
      return refused(kInvalidRequest, fmt::format("Unknown operation type {}", change.op));
    }
    if (!change.value && !is_delete(change.op)) nulls.push_back(change.key);
  }
  if (nulls.empty()) return {};
  return refused(kInvalidRequest,
                 fmt::format("Null value not supported for : {}", fmt::join(nulls, ",")));
}

// `current` with the elements of `given` added (once) or removed.
std::string edited_list(std::string_view current, std::string_view given, std::int8_t op) {
  auto list = config::internal::split_list(current);
  for (const std::string& item : config::internal::split_list(given)) {
    const auto at = std::find(list.begin(), list.end(), item);
    if (op == static_cast<std::int8_t>(AlterOp::kSubtract)) {
      if (at != list.end()) list.erase(at);
    } else if (at == list.end()) {
      list.push_back(item);
    }
  }
  return config::internal::join(list, ",");
}

bool is_list(const config::Option* row) {
  return row != nullptr && row->ops->type == config::Type::kList;
}

std::string_view op_name(std::int8_t op) {
  return op == static_cast<std::int8_t>(AlterOp::kAppend) ? "APPEND" : "SUBTRACT";
}

// The new text of a topic key, from its value in force when it is a list that is edited.
std::string topic_text(const ConfigChange& change, const TopicOverrides& overrides,
                       const BrokerOptions& broker) {
  if (!is_list_op(change.op)) return *change.value;
  const TopicOptions now = resolve(overrides, broker);
  const auto& set = topic_option_set();
  return edited_list(set.text(*set.find(change.key), &now).value_or(""), *change.value, change.op);
}

AlterResult alter_topic_key(const ConfigChange& change, const BrokerOptions& broker,
                            TopicOverrides& overrides) {
  if (is_delete(change.op)) {
    overrides.erase(change.key);
    return {};
  }
  if (is_list_op(change.op) && !is_list(topic_option_set().find(change.key))) {
    return refused(kInvalidConfig, fmt::format("Can't {} to key {} because its type is not LIST.",
                                               op_name(change.op), change.key));
  }
  const Status set =
      set_topic_override(change.key, topic_text(change, overrides, broker), overrides);
  return set.ok() ? AlterResult{} : refused(kInvalidConfig, set);
}

// Keys that may not be altered while running, as Kafka answers them: all in one text.
AlterResult check_alterable(std::span<const ConfigChange> changes, BrokerScope scope) {
  std::vector<std::string> fixed;
  for (const ConfigChange& change : changes) {
    if (is_delete(change.op)) continue;
    const config::Option* row = broker_option_set().find(change.key);
    if (row == nullptr) {
      const std::string_view near = broker_option_set().nearest(change.key);
      const std::string_view reason = config::unsupported_reason(change.key);
      return refused(
          kInvalidConfig,
          !reason.empty() ? fmt::format("{} is not supported: {}", change.key, reason)
          : near.empty()
              ? fmt::format("Unknown broker config name: {}", change.key)
              : fmt::format("Unknown broker config name: {} (did you mean {}?)", change.key, near));
    }
    if (row->read_only()) fixed.push_back(change.key);
    if (row->key == "min.insync.replicas" && scope == BrokerScope::kThisBroker) {
      return refused(kInvalidConfig,
                     "min.insync.replicas belongs to topics; alter it for all brokers or a topic");
    }
  }
  if (fixed.empty()) return {};
  return refused(kInvalidRequest, fmt::format("Cannot update these configs dynamically: [{}]",
                                              fmt::join(fixed, ", ")));
}

AlterResult alter_broker_key(const ConfigChange& change, const BrokerOptions& now,
                             config::Texts& layer) {
  if (is_delete(change.op)) {
    layer.erase(change.key);
    return {};
  }
  const auto& set = broker_option_set();
  const config::Option* row = set.find(change.key);
  if (is_list_op(change.op) && !is_list(row)) {
    const bool append = change.op == static_cast<std::int8_t>(AlterOp::kAppend);
    return refused(kInvalidConfig, fmt::format("Config value {} is not allowed for config key: {}",
                                               append ? "append" : "subtract", change.key));
  }
  std::string text = *change.value;
  if (is_list_op(change.op)) {
    text = edited_list(set.text(*row, &now).value_or(""), text, change.op);
  }
  auto canonical = set.canonical(*row, text);
  if (!canonical.ok()) return refused(kInvalidRequest, canonical.status());
  layer.insert_or_assign(change.key, *std::move(canonical));
  return {};
}

std::vector<ConfigChange> as_changes(std::span<const ConfigValue> values) {
  std::vector<ConfigChange> changes;
  for (const ConfigValue& v : values) {
    changes.push_back({v.key, static_cast<std::int8_t>(AlterOp::kSet), v.value});
  }
  return changes;
}

// `trial` with the new layer, once what all layers say together is checked.
AlterResult accept_layer(BrokerScope scope, const config::Texts& layer, BrokerConfig& broker) {
  BrokerConfig trial = broker;
  trial.set_altered(scope, layer);
  Status together = check_together(trial.options());
  if (together.ok()) together = check_topic(resolve({}, trial.options()), TopicKind::kUser);
  if (!together.ok()) return refused(kInvalidRequest, together);
  broker = std::move(trial);
  return {};
}

AlterResult alter_layer(std::span<const ConfigChange> changes, BrokerScope scope,
                        config::Texts layer, BrokerConfig& broker) {
  if (AlterResult r = check_shape(changes); !r.ok()) return r;
  if (AlterResult r = check_alterable(changes, scope); !r.ok()) return r;
  for (const ConfigChange& change : changes) {
    if (AlterResult r = alter_broker_key(change, broker.options(), layer); !r.ok()) return r;
  }
  return accept_layer(scope, layer, broker);
}

AlterResult alter_overrides(std::span<const ConfigChange> changes, const BrokerOptions& broker,
                            TopicKind kind, TopicOverrides trial, TopicOverrides& overrides) {
  if (AlterResult r = check_shape(changes); !r.ok()) return r;
  for (const ConfigChange& change : changes) {
    if (AlterResult r = alter_topic_key(change, broker, trial); !r.ok()) return r;
  }
  complete_internal(kind, trial);
  if (Status s = check_topic(resolve(trial, broker), kind); !s.ok()) {
    return refused(kInvalidConfig, s);
  }
  overrides = std::move(trial);
  return {};
}

}  // namespace

AlterResult alter_topic(std::span<const ConfigChange> changes, const BrokerOptions& broker,
                        TopicKind kind, TopicOverrides& overrides) {
  return alter_overrides(changes, broker, kind, overrides, overrides);
}

AlterResult replace_topic(std::span<const ConfigValue> values, const BrokerOptions& broker,
                          TopicKind kind, TopicOverrides& overrides) {
  return alter_overrides(as_changes(values), broker, kind, {}, overrides);
}

AlterResult alter_broker(std::span<const ConfigChange> changes, BrokerScope scope,
                         BrokerConfig& broker) {
  return alter_layer(changes, scope, broker.altered(scope), broker);
}

AlterResult replace_broker(std::span<const ConfigValue> values, BrokerScope scope,
                           BrokerConfig& broker) {
  return alter_layer(as_changes(values), scope, {}, broker);
}

}  // namespace leat
