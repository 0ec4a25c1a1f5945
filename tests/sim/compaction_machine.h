#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/storage/broker_checkpoint.h"
#include "broker/storage/compaction.h"
#include "broker/topics/producer_state.h"
#include "common/record/batch_builder.h"
#include "tests/sim/mutant_file_system.h"
#include "tests/support/manual_clock.h"
#include "tests/support/sim_file_system.h"

namespace leat::sim {

inline constexpr const char* kCompactedRoot = "/d";
inline constexpr const char* kCompactedPath = "/d/t-0";

struct KeyedRecord {
  std::string key;
  std::optional<std::string> value;  // nullopt: a tombstone
};

// The newest record of each key, as someone sees it who reads the whole log.
struct Newest {
  Offset offset;
  std::optional<std::string> value;
  bool operator==(const Newest&) const = default;
};
struct LogFold {
  std::map<std::string, Newest> newest;
  std::uint64_t records = 0;
};

// A disk with the programs that run on it: a log, the checkpoint and the producers, held together
// as a partition does.
class CompactionMachine {
 public:
  // The references outlive it.
  CompactionMachine(std::unique_ptr<storage::SimFileSystem> on, const ManualClock& clock,
                    const storage::Sabotage& sabotage);

  Status boot();
  // One batch, of a producer when its sequence is not -1.
  Status put(const std::vector<KeyedRecord>& records, record::Compression compression,
             ProducerId producer, std::int32_t sequence);
  Status sync();
  // Syncs and moves the checkpoint there.
  Status commit();
  // Up to `limit`. `beside` is called after each batch.
  StatusOr<storage::CompactionReport> compact(Offset limit,
                                              const storage::CompactionSettings& settings,
                                              bool knows_producers,
                                              const std::function<void()>& beside);
  StatusOr<LogFold> fold() const;

  storage::SimFileSystem& disk() { return *disk_; }
  storage::Log& log() { return *log_; }
  const storage::Log& log() const { return *log_; }
  const topics::ProducerState& producers() const { return producers_; }
  Offset checkpointed_base() const { return checkpointed_base_; }

 private:
  void remember(ByteView batch);

  const std::unique_ptr<storage::SimFileSystem> disk_;
  const std::unique_ptr<storage::MutantFileSystem> files_;
  const ManualClock& clock_;
  storage::LogOptions options_;
  std::unique_ptr<storage::BrokerCheckpoint> checkpoint_;
  std::unique_ptr<storage::Log> log_;
  topics::ProducerState producers_;
  Offset checkpointed_base_{0};
};

}  // namespace leat::sim
