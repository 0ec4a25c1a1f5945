#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "broker/options/topic_options.h"

// AlterConfigs and IncrementalAlterConfigs (KIP-339) on the values of this folder. Nothing is
// changed on an error; validate-only is the same call on a copy.
namespace leat {

// Kafka's numbers (AlterConfigOp.OpType); others are answered with INVALID_REQUEST.
enum class AlterOp : std::int8_t { kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3 };

struct ConfigChange {
  std::string key;
  std::int8_t op = 0;
  std::optional<std::string> value;
};

// Kafka's error code (0, INVALID_CONFIG 40, INVALID_REQUEST 42) and text ("" with 0).
struct AlterResult {
  std::int16_t error_code = 0;
  std::string message;
  bool ok() const { return error_code == 0; }
};

AlterResult alter_topic(std::span<const ConfigChange> changes, const BrokerOptions& broker,
                        TopicKind kind, TopicOverrides& overrides);
// Only keys with Apply::kLive. `broker` is changed in place.
AlterResult alter_broker(std::span<const ConfigChange> changes, BrokerScope scope,
                         BrokerConfig& broker);

// The older call: what is given replaces all that was set.
struct ConfigValue {
  std::string key;
  std::optional<std::string> value;
};
AlterResult replace_topic(std::span<const ConfigValue> values, const BrokerOptions& broker,
                          TopicKind kind, TopicOverrides& overrides);
AlterResult replace_broker(std::span<const ConfigValue> values, BrokerScope scope,
                           BrokerConfig& broker);

}  // namespace leat
