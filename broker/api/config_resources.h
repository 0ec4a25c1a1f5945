#pragma once

#include <absl/functional/function_ref.h>

#include <string>

#include "broker/api/services.h"

// What DescribeConfigs, AlterConfigs and IncrementalAlterConfigs have in common.
namespace leat::api {

// Kafka's numbers (ConfigResource.Type).
enum class ConfigResource : std::int8_t {
  kTopic = 2,
  kBroker = 4,
  kBrokerLogger = 8,
  kClientMetrics = 16,
  kGroup = 32,
};

// A resource of a request.
struct ConfigTarget {
  std::int8_t type = 0;
  std::string name;
  bool operator==(const ConfigTarget&) const = default;
  template <class H>
  friend H AbslHashValue(H h, const ConfigTarget& t) {
    return H::combine(std::move(h), t.type, t.name);
  }
};

// INVALID_REQUEST for a broker name that is neither "" (all brokers) nor this broker's number.
StatusOr<BrokerScope> broker_scope(std::string_view name, std::int32_t node_id);

// How a request changes a target; nothing is stored when they fail or `validate_only`.
struct ConfigChanger {
  absl::FunctionRef<AlterResult(const BrokerOptions&, TopicKind, TopicOverrides&)> topic;
  absl::FunctionRef<AlterResult(topics::ConfigStore&, BrokerScope, bool validate_only)> broker;
};

// Changes what one target is set to, durably, and puts it into force everywhere before it returns.
// On a worker.
topics::CatalogError change_config(Services& services, const ConfigTarget& target,
                                   bool validate_only, const ConfigChanger& change);

}  // namespace leat::api
