#pragma once

#include <functional>
#include <memory>
#include <string>

#include "broker/meta/log_meta_store.h"
#include "broker/storage/broker_checkpoint.h"
#include "broker/topics/checkpointer.h"
#include "broker/topics/flush_gate.h"
#include "broker/topics/partition_metadata.h"
#include "broker/topics/start_sync.h"
#include "broker/topics/topic_catalog.h"
#include "common/record/batch_builder.h"
#include "common/record/batch_view.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/sim_executor.h"
#include "tests/support/sim_file_system.h"

namespace leat::topics {

// A catalog with its partitions on a simulated disk, without threads: workers and flushes run when
// the test says so.
struct PartitionFixture {
  explicit PartitionFixture(storage::SimFileSystem& disk, const Clock& now) : files(disk), clock(now) {
    if (!files.make_directory(kRoot).ok()) FAIL("no root");
    auto store = meta::LogMetaStore::open(files, clock, std::string(kRoot) + "/meta", fatal());
    REQUIRE(store.ok());
    metadata = *std::move(store);
    auto rows = storage::BrokerCheckpoint::open(files, kRoot);
    REQUIRE(rows.ok());
    checkpoint = *std::move(rows);
    gate = std::make_unique<FlushGate>(Syncer(files, kRoot), fatal());
    context.files = &files;
    context.clock = &clock;
    context.gate = gate.get();
    context.start_sync = &start_sync;
    context.partition_metadata = &partition_metadata;
    context.checkpoint = checkpoint.get();
    context.workers = &workers;
    context.leader_epoch = LeaderEpoch{1};
    context.fatal = fatal();
    context.disk_is_full = &disk_is_full;
    context.unsynced_bytes = &unsynced;
    context.appended_bytes = &appended;
    catalog = std::make_unique<TopicCatalog>(*metadata, context, kRoot, 7);
    REQUIRE(catalog->load(BrokerOptions()).ok());
    checkpointer =
        std::make_unique<Checkpointer>(files, *catalog, *checkpoint, Syncer(files, kRoot), fatal());
  }

  std::function<void(const Status&)> fatal() {
    return [this](const Status& why) { died = why; };
  }

  std::shared_ptr<Partition> create(const std::string& topic, TopicOverrides overrides = {}) {
    NewTopic wanted;
    wanted.name = topic;
    wanted.partitions = 1;
    wanted.overrides = std::move(overrides);
    REQUIRE(catalog->create(wanted, BrokerOptions()).ok());
    return find(topic);
  }
  std::shared_ptr<Partition> find(const std::string& topic) {
    return *catalog->image()->find(topic)->partition(0);
  }

  // One record of `size` bytes; of a producer when `sequence` is not negative.
  static Bytes batch_of(std::size_t size, std::int64_t timestamp = 1, std::int32_t sequence = -1,
                        std::int64_t producer = 9) {
    record::BatchBuilder builder;
    const std::string value(size, 'x');
    builder.add(timestamp, std::nullopt, as_bytes(value));
    record::BuildOptions options;
    if (sequence >= 0) {
      options.producer_id = ProducerId{producer};
      options.producer_epoch = ProducerEpoch{0};
      options.base_sequence = sequence;
    }
    return builder.build(options);
  }
  // `bytes` outlives it.
  static ProduceBatch to_append(Bytes& bytes) {
    ProduceBatch batch;
    batch.bytes = bytes;
    batch.header = *record::parse_header(bytes);
    batch.max_timestamp = batch.header.max_timestamp;
    return batch;
  }
  AppendOutcome append(Partition& partition, std::size_t size, std::int64_t timestamp = 1,
                       std::int32_t sequence = -1, bool may_use_reserve = false) {
    Bytes bytes = batch_of(size, timestamp, sequence);
    ProduceBatch batch = to_append(bytes);
    batch.may_use_reserve = may_use_reserve;
    return partition.append(batch);
  }
  std::vector<AppendOutcome> append_together(Partition& partition, std::vector<Bytes> batches) {
    std::vector<PendingAppend> appends;
    for (Bytes& bytes : batches) appends.push_back({to_append(bytes), {}});
    partition.append(appends);
    std::vector<AppendOutcome> outcomes;
    for (auto& a : appends) outcomes.push_back(std::move(a.outcome));
    return outcomes;
  }

  // Writes to logs themselves while `act` runs.
  int log_writes(const std::function<void()>& act) {
    int writes = 0;
    files.set_hook([&](const storage::SimOperation& op) {
      writes += op.call == storage::SimCall::kAppend && op.path.ends_with(".log");
      return Status();
    });
    act();
    files.set_hook({});
    return writes;
  }

  std::size_t files_ending(std::string_view suffix) const {
    std::size_t n = 0;
    for (const std::string& path : files.files()) n += path.ends_with(suffix);
    return n;
  }

  static constexpr const char* kRoot = "/data";
  storage::SimFileSystem& files;
  const Clock& clock;
  StartSync start_sync{files, kRoot};
  SimWorkers workers{1};
  PartitionMetadataWriter partition_metadata{files, Syncer(files, kRoot), workers};
  SimExecutor executor;
  Status died;
  std::atomic<bool> disk_is_full{false};
  std::atomic<std::int64_t> unsynced{0};
  std::atomic<std::int64_t> appended{0};
  std::unique_ptr<meta::LogMetaStore> metadata;
  std::unique_ptr<storage::BrokerCheckpoint> checkpoint;
  std::unique_ptr<FlushGate> gate;
  PartitionContext context;
  std::unique_ptr<TopicCatalog> catalog;
  std::unique_ptr<Checkpointer> checkpointer;
};

// A broker with one partition, "t", open.
struct Opened {
  explicit Opened(TopicOverrides overrides = {})
      : partition(broker.create("t", std::move(overrides))) {
    partition->open_now();
  }
  storage::SimFileSystem disk;
  ManualClock clock;
  PartitionFixture broker{disk, clock};
  std::shared_ptr<Partition> partition;
};

}  // namespace leat::topics
