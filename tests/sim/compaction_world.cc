#include "tests/sim/compaction_world.h"

#include <deque>

#include "broker/storage/checkpoint_codec.h"
#include "tests/sim/compaction_machine.h"

namespace leat::sim {
namespace {

using enum CompactionPromise;
using storage::kAllPowerModels;
using storage::PowerModel;
using storage::SimFileSystem;
using storage::SimOperation;

constexpr int kRounds = 3;
constexpr int kBatchesInRound = 12;
constexpr int kKeys = 9;
constexpr std::int64_t kProducers = 2;
constexpr ProducerId kQuietProducer{100};  // sends the first batch of all, and never again
constexpr std::int64_t kDeleteRetentionMs = 60'000;

bool is_cleaned(const std::string& path) {
  return path.ends_with(".cleaned");
}

// The bug as calls that are swallowed. `last` remembers the call before, which says what a folder's
// sync is for; `booting` is set while recovery runs.
struct Saboteur {
  std::string last;
  bool booting = false;

  storage::Sabotage make(CompactionBug bug) {
    storage::Sabotage sabotage;
    switch (bug) {
      case CompactionBug::kDecideBeforeSync:
        sabotage.drop_sync = [](const std::string& path) { return is_cleaned(path); };
        break;
      case CompactionBug::kDecideUnsynced:
        sabotage.drop_sync = [](const std::string& path) {
          return path.ends_with("leat-compaction.tmp");
        };
        break;
      case CompactionBug::kNoDecision:
        sabotage.drop_rename = [](const std::string&, const std::string& to) {
          return to.ends_with("leat-compaction");
        };
        break;
      case CompactionBug::kSwapUnsynced:
        sabotage.drop_rename = [this](const std::string& from, const std::string& to) {
          last = is_cleaned(from) ? "swap" : to;
          return false;
        };
        sabotage.drop_directory_sync = [this](const std::string&) { return last == "swap"; };
        break;
      case CompactionBug::kRecoveryRemovesFirst:
        sabotage.drop_directory_sync = [this](const std::string&) { return booting; };
        break;
      case CompactionBug::kRecoveryForgetsSwap:
        sabotage.drop_rename = [this](const std::string& from, const std::string&) {
          return booting && is_cleaned(from);
        };
        break;
      default:
        break;
    }
    return sabotage;
  }
};

// What the outside world knows. All of it is stable while the power is cut.
struct Outside {
  struct Known {
    Newest record;
    std::int64_t may_go_ms = -1;  // a tombstone: -1 while no compaction may have kept it
  };
  std::map<std::string, Known> newest;
  std::map<ProducerId, std::deque<topics::SequencedBatch>> retries;  // the last five batches
  std::map<ProducerId, std::int32_t> next_sequence;
  Offset end{0};
};

class World {
 public:
  World(std::uint64_t seed, CompactionBug bug, absl::flat_hash_set<std::uint64_t>& states)
      : bug_(bug),
        states_(states),
        random_(seed),
        crashes_(seed + 1),
        sabotage_(saboteur_.make(bug)) {}

  CompactionWorldReport run() {
    auto disk = std::make_unique<SimFileSystem>();
    if (Status s = disk->make_directory(kCompactedRoot); !s.ok()) fail(kOpens, describe(s));
    if (Status s = disk->sync_directory(""); !s.ok()) fail(kOpens, describe(s));
    machine_ = std::make_unique<CompactionMachine>(std::move(disk), clock_, sabotage_);
    must(boot(*machine_), "the first start");
    for (int round = 0; round < kRounds && !failed(); ++round) {
      write(kBatchesInRound);
      if (random_.chance(2, 3)) must(machine_->log().roll(), "roll");
      must(machine_->commit(), "checkpoint");
      // Stable, and behind the checkpoint.
      if (random_.chance(1, 2)) write(6);
      must(machine_->sync(), "sync");
      if (!failed()) compact();
      if (random_.chance(1, 2)) must(machine_->commit(), "checkpoint");
      clock_.advance(
          std::chrono::milliseconds(random_.chance(1, 4) ? kDeleteRetentionMs + 1 : 1000));
    }
    return std::move(report_);
  }

 private:
  bool failed() const { return report_.broken.has_value(); }
  void fail(CompactionPromise promise, std::string detail) {
    if (!failed()) report_.broken = {promise, std::move(detail)};
  }
  void must(const Status& s, std::string_view what) {
    if (!s.ok()) fail(kOpens, fmt::format("{}: {}", what, describe(s)));
  }
  Status boot(CompactionMachine& machine) {
    saboteur_.booting = true;
    const Status booted = machine.boot();
    saboteur_.booting = false;
    return booted;
  }

  void write(int batches);
  void compact();
  storage::CompactionSettings settings(bool all_keys_fit) const;
  void watch(bool on);
  void cut_everywhere(const SimOperation& operation);
  void check(std::unique_ptr<SimFileSystem> disk, const std::string& where, bool cut_again);
  void watch_again(CompactionMachine& machine, const std::string& where);
  void check_without_checkpoint(std::unique_ptr<SimFileSystem> disk, const std::string& where);
  void check_after_another_pass(CompactionMachine& machine, const std::string& where);
  void compare(const CompactionMachine& machine, const std::string& where, std::size_t window);
  void compare_fold(const LogFold& fold, const std::string& where);
  void compare_producers(const topics::ProducerState& known, std::size_t window,
                         const std::string& where);

  const CompactionBug bug_;
  absl::flat_hash_set<std::uint64_t>& states_;
  Random random_;
  Random crashes_;
  Saboteur saboteur_;
  const storage::Sabotage sabotage_;
  ManualClock clock_;
  std::unique_ptr<CompactionMachine> machine_;
  Outside outside_;
  CompactionWorldReport report_;
};

void World::write(int batches) {
  for (int i = 0; i < batches && !failed(); ++i) {
    std::vector<KeyedRecord> records;
    Offset offset = machine_->log().end().offset;
    const auto count = 1 + random_.below(3);
    for (std::uint64_t n = 0; n < count; ++n, offset = offset + 1) {
      KeyedRecord r{fmt::format("k{}", random_.below(kKeys)), std::nullopt};
      if (random_.chance(5, 6)) r.value.emplace(10 + random_.below(60), static_cast<char>('a' + n));
      outside_.newest[r.key] = {{offset, r.value}, -1};
      records.push_back(std::move(r));
    }
    ProducerId producer{static_cast<std::int64_t>(random_.below(kProducers + 1))};
    if (machine_->log().end().offset == Offset{0}) producer = kQuietProducer;
    std::int32_t sequence = record::kNoSequence;
    if (producer.value() != kProducers) {
      std::int32_t& next = outside_.next_sequence[producer];
      auto& retries = outside_.retries[producer];
      sequence = next;
      next += static_cast<std::int32_t>(count);
      retries.push_back({producer, ProducerEpoch{0}, sequence, next - 1,
                         machine_->log().end().offset, offset - 1, -1});
      if (retries.size() > topics::kDedupeWindow) retries.pop_front();
    }
    const auto codec =
        static_cast<record::Compression>(random_.chance(1, 3) ? 1 + random_.below(4) : 0);
    must(machine_->put(records, codec, producer, sequence), "append");
  }
  outside_.end = machine_->log().end().offset;
}

storage::CompactionSettings World::settings(bool all_keys_fit) const {
  storage::CompactionSettings settings;
  settings.segment_bytes = 1400;
  settings.index_interval_bytes = 100;
  settings.delete_retention_ms = bug_ == CompactionBug::kTombstonesAtOnce ? 0 : kDeleteRetentionMs;
  settings.map_bytes = (all_keys_fit ? 1000 : 5) * storage::KeyOffsetMap::kEntryBytes;
  return settings;
}

void World::compact() {
  const bool all_fit = random_.chance(2, 3);
  Offset limit = machine_->checkpointed_base();
  if (bug_ == CompactionBug::kBeyondTheCheckpoint) limit = machine_->log().durable().segment_base;
  if (bug_ == CompactionBug::kNeverCompacts) limit = Offset{0};
  for (auto& [key, known] : outside_.newest)
    if (!known.record.value && known.may_go_ms < 0 && known.record.offset < limit)
      known.may_go_ms = clock_.wall_ms() + kDeleteRetentionMs;
  watch(true);
  // Appends go on beside it, rolling segments too; they are stable before the power fails again.
  const auto beside = [&] {
    if (!random_.chance(1, 12)) return;
    watch(false);
    write(2);
    must(machine_->sync(), "sync beside the pass");
    watch(true);
  };
  const auto report =
      machine_->compact(limit, settings(all_fit), bug_ != CompactionBug::kForgetProducers, beside);
  must(report.status(), "the pass");
  machine_->log().purge_deleted();
  compare(*machine_, "after the pass", topics::kDedupeWindow);
  watch(false);
  if (failed() || !all_fit) return;
  const Offset expected = machine_->checkpointed_base();
  if (report->cleaned_to < expected)
    fail(kOldIsGone, fmt::format("compacted up to {} of {}", report->cleaned_to, expected));
  else if (report->records_kept > kKeys)
    fail(kOldIsGone, fmt::format("{} records of {} keys stayed", report->records_kept, kKeys));
}

void World::watch(bool on) {
  if (!on) return machine_->disk().set_hook(nullptr);
  machine_->disk().set_hook([this](const SimOperation& operation) {
    if (operation.changes_something) cut_everywhere(operation);
    return Status();
  });
}

void World::cut_everywhere(const SimOperation& operation) {
  const auto where = [&](std::string_view model) {
    return fmt::format("{} at {} {}", model, name_of(operation.call), operation.path);
  };
  for (const PowerModel model : kAllPowerModels) {
    if (failed()) return;
    const std::uint64_t seed = crashes_.next();
    check(machine_->disk().crash(model, seed), where(name_of(model)), random_.chance(1, 16));
    if (!failed() && random_.chance(1, 8))
      check_without_checkpoint(machine_->disk().crash(model, seed), where(name_of(model)));
  }
  if (!failed()) check(machine_->disk().kill(), where("kill"), false);
}

void World::check(std::unique_ptr<SimFileSystem> disk, const std::string& where, bool cut_again) {
  ++report_.images;
  states_.insert(disk->durable_hash());
  CompactionMachine machine(std::move(disk), clock_, sabotage_);
  if (cut_again) watch_again(machine, where);
  const Status booted = boot(machine);
  if (failed()) return;
  if (!booted.ok()) return fail(kOpens, fmt::format("{}: {}", where, describe(booted)));
  compare(machine, where, topics::kDedupeWindow);
  if (!failed() && (cut_again || random_.chance(1, 6))) check_after_another_pass(machine, where);
  machine.disk().set_hook(nullptr);
}

// A second cut: inside recovery, or in the compaction after it.
void World::watch_again(CompactionMachine& machine, const std::string& where) {
  machine.disk().set_hook([this, &machine, where](const SimOperation& operation) {
    if (!operation.changes_something || failed() || !random_.chance(1, 2)) return Status();
    const bool booting = saboteur_.booting;
    // Names are what recovery changes most.
    const PowerModel model = random_.chance(1, 2)
                                 ? PowerModel::kNamesAnySubset
                                 : kAllPowerModels[crashes_.below(std::size(kAllPowerModels))];
    check(machine.disk().crash(model, crashes_.next()),
          fmt::format("{}, then {} at {} {}", where, name_of(model), name_of(operation.call),
                      operation.path),
          false);
    saboteur_.booting = booting;
    return Status();
  });
}

// The worst that may happen to the checkpoint: recovery reads everything.
void World::check_without_checkpoint(std::unique_ptr<SimFileSystem> disk,
                                     const std::string& where) {
  ++report_.images;
  const std::string path = fmt::format("{}/{}", kCompactedRoot, storage::kCheckpointFile);
  must(disk->remove(path), "removing the checkpoint");
  CompactionMachine machine(std::move(disk), clock_, sabotage_);
  const std::string there = where + ", without the checkpoint";
  if (Status booted = boot(machine); !booted.ok())
    return fail(kOpens, fmt::format("{}: {}", there, describe(booted)));
  compare(machine, there, 1);
}

void World::check_after_another_pass(CompactionMachine& machine, const std::string& where) {
  const std::string there = where + ", compacted again";
  const auto again = machine.compact(machine.checkpointed_base(), settings(true),
                                     bug_ != CompactionBug::kForgetProducers, nullptr);
  if (!again.ok()) return fail(kOpens, fmt::format("{}: {}", there, describe(again.status())));
  machine.log().purge_deleted();
  compare(machine, there, topics::kDedupeWindow);
  for (const std::string& file : machine.disk().files())
    if (is_cleaned(file) || file.ends_with(".replaced"))
      fail(kNothingLeftOver, fmt::format("{}: {}", there, file));
}

void World::compare(const CompactionMachine& machine, const std::string& where,
                    std::size_t window) {
  const auto fold = machine.fold();
  if (!fold.ok())
    return fail(kNewestIsThere, fmt::format("{}: {}", where, describe(fold.status())));
  compare_fold(*fold, where);
  compare_producers(machine.producers(), window, where);
  const Offset end = machine.log().end().offset;
  if (end != outside_.end) fail(kEndStays, fmt::format("{}: {} not {}", where, end, outside_.end));
}

void World::compare_fold(const LogFold& fold, const std::string& where) {
  for (const auto& [key, known] : outside_.newest) {
    const auto found = fold.newest.find(key);
    if (found != fold.newest.end()) {
      if (found->second == known.record) continue;
      return fail(kNewestIsThere, fmt::format("{}: {} is at {}, not at {}", where, key,
                                              found->second.offset, known.record.offset));
    }
    if (known.record.value) return fail(kNewestIsThere, fmt::format("{}: {} is gone", where, key));
    const bool may_be_gone = known.may_go_ms >= 0 && clock_.wall_ms() >= known.may_go_ms;
    if (!may_be_gone) return fail(kTombstoneStays, fmt::format("{}: {} is gone", where, key));
  }
  for (const auto& [key, record] : fold.newest)
    if (!outside_.newest.contains(key))
      return fail(kNewestIsThere, fmt::format("{}: {} was never written", where, key));
}

void World::compare_producers(const topics::ProducerState& known, std::size_t window,
                              const std::string& where) {
  for (const auto& [producer, batches] : outside_.retries) {
    const std::size_t first = batches.size() > window ? batches.size() - window : 0;
    for (std::size_t i = first; i < batches.size(); ++i) {
      const auto check = known.check(batches[i]);
      if (check.verdict == topics::SequenceVerdict::kDuplicate &&
          check.original.base_offset == batches[i].base_offset)
        continue;
      return fail(kRetryIsRecognised, fmt::format("{}: producer {} sequence {}", where, producer,
                                                  batches[i].first_sequence));
    }
  }
}

}  // namespace

std::string_view name_of(CompactionPromise promise) {
  switch (promise) {
    case kOpens:
      return "opens";
    case kNewestIsThere:
      return "the newest record of every key is there";
    case kTombstoneStays:
      return "a tombstone stays for its time";
    case kOldIsGone:
      return "superseded records are gone";
    case kEndStays:
      return "the log ends where it ended";
    case kRetryIsRecognised:
      return "a retry is recognised";
    case kNothingLeftOver:
      return "nothing is left over";
  }
  return "?";
}

std::string_view name_of(CompactionBug bug) {
  switch (bug) {
    case CompactionBug::kNone:
      return "none";
    case CompactionBug::kDecideBeforeSync:
      return "decide before the sync";
    case CompactionBug::kDecideUnsynced:
      return "decision not synced";
    case CompactionBug::kNoDecision:
      return "no decision";
    case CompactionBug::kSwapUnsynced:
      return "swap not synced";
    case CompactionBug::kRecoveryRemovesFirst:
      return "recovery removes first";
    case CompactionBug::kRecoveryForgetsSwap:
      return "recovery forgets the swap";
    case CompactionBug::kForgetProducers:
      return "producers forgotten";
    case CompactionBug::kTombstonesAtOnce:
      return "tombstones go at once";
    case CompactionBug::kBeyondTheCheckpoint:
      return "beyond the checkpoint";
    case CompactionBug::kNeverCompacts:
      return "never compacts";
  }
  return "?";
}

CompactionWorldReport run_compaction_world(std::uint64_t seed, CompactionBug bug,
                                           absl::flat_hash_set<std::uint64_t>& states) {
  return World(seed, bug, states).run();
}

}  // namespace leat::sim
