#pragma once

#include <functional>
#include <string>

#include "broker/api/fetch_session.h"
#include "broker/meta/data_directory.h"
#include "broker/meta/meta_store.h"
#include "broker/topics/config_store.h"
#include "broker/topics/group/coordinator.h"
#include "broker/topics/group/lag_reader.h"
#include "broker/topics/producer_ids.h"
#include "broker/topics/topic_catalog.h"
#include "common/base/clock.h"
#include "common/base/executor.h"

namespace leat::api {

// What handlers work with; owned by the Broker, outlives every connection.
struct Services {
  topics::TopicCatalog* catalog = nullptr;
  topics::ConfigStore* config = nullptr;
  topics::ProducerIds* producer_ids = nullptr;
  topics::GroupCoordinator* groups = nullptr;
  topics::LagReader* lag = nullptr;
  topics::FlushGate* gate = nullptr;
  meta::MetaStore* metadata = nullptr;
  storage::FileSystem* files = nullptr;
  storage::BrokerCheckpoint* checkpoint = nullptr;
  FetchSessionCache* fetch_sessions = nullptr;
  WorkerPool* workers = nullptr;
  const Clock* clock = nullptr;
  std::string data_directory;
  meta::Identity identity;
  LeaderEpoch leader_epoch;
  // Bytes appended and not yet synced.
  const std::atomic<std::int64_t>* unsynced_bytes = nullptr;
  // Called when a sync failed; ends the process.
  std::function<void(const Status&)> fatal;
  Mutex config_changes;  // held while settings of a topic or the broker are altered
};

}  // namespace leat::api
