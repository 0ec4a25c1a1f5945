#pragma once

#include <memory>

#include "broker/meta/meta_store.h"
#include "broker/options/alter_configs.h"
#include "broker/options/broker_config.h"
#include "common/base/mutex.h"

namespace leat::topics {

// The broker's settings: what was given at start, and over it what was altered while running, which
// the metadata store keeps. Reading is any thread's; altering blocks until it is stable.
class ConfigStore {
 public:
  ConfigStore(meta::MetaStore& store, BrokerConfig given);

  // Takes over the alterations of earlier lives.
  Status load();
  std::shared_ptr<const BrokerConfig> current() const;
  std::shared_ptr<const BrokerOptions> options() const;

  // incremental: only the keys named; else what is given replaces all that was altered.
  AlterResult alter(std::span<const ConfigChange> changes, BrokerScope scope, bool validate_only);
  AlterResult replace(std::span<const ConfigValue> values, BrokerScope scope, bool validate_only);

 private:
  AlterResult store_and_publish(BrokerConfig changed, BrokerScope scope, bool validate_only)
      LEAT_REQUIRES(change_mutex_);
  void publish(BrokerConfig config);

  meta::MetaStore& store_;
  Mutex change_mutex_;
  mutable Mutex mutex_ LEAT_ACQUIRED_AFTER(change_mutex_);
  std::shared_ptr<const BrokerConfig> current_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::topics
