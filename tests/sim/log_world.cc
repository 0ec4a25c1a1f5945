#include "tests/sim/log_world.h"

#include <absl/cleanup/cleanup.h>

#include "broker/storage/log_format.h"
#include "common/record/batch_builder.h"

namespace leat::storage {
namespace {

TopicPartitionId partition_id() {
  TopicPartitionId id;
  id.topic.bytes[0] = 1;
  return id;
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  return (a ^ (b + 0x9e3779b97f4a7c15 + (a << 6) + (a >> 2))) * 0xff51afd7ed558ccd;
}

std::string describe_files(const SimFileSystem& disk) {
  std::string text;
  for (const auto& [path, size, hash] : disk.contents())
    text += fmt::format("{} {} bytes {:x}; ", path, size, hash & 0xffff);
  return text;
}

// To look at one failing seed: every step, and what the disk held before recovery.
bool verbose() {
  static const bool set = std::getenv("LEAT_SIM_VERBOSE") != nullptr;
  return set;
}

constexpr std::size_t kSecondCut = std::size(kAllPowerModels);
constexpr std::size_t kFailedSync = kSecondCut + 1;

bool syncs(SimCall call) {
  return call == SimCall::kSync || call == SimCall::kSyncDirectory || call == SimCall::kSyncAll;
}

// "append .log", "sync_directory partition"
std::string site_of(const SimOperation& operation) {
  const std::string_view path = operation.path;
  std::string_view kind = path.substr(path.rfind('/') + 1);
  if (kind == "t-0") kind = "partition";
  if (kind == "p") kind = "parent";
  if (kind == "d") kind = "data";
  const bool is_segment = !kind.empty() && kind.front() >= '0' && kind.front() <= '9';
  if (is_segment) kind = kind.substr(std::min(kind.find('.'), kind.size()));
  if (kind.ends_with(".torn")) kind = ".torn";
  return fmt::format("{} {}", name_of(operation.call), kind);
}

bool one_image_is_enough(PowerModel model) {
  return model == PowerModel::kOnlySynced || model == PowerModel::kNamesFirst;
}

}  // namespace

LogWorld::LogWorld(const WorldOptions& options, sim::StateSet& states)
    : options_(options),
      states_(states),
      active_(options.bugs.sabotage_only_recovery ? Sabotage() : options.sabotage),
      random_(options.seed),
      crash_random_(options.seed ^ 0xc4a54) {
  log_options_.segment_bytes = 1500;
  log_options_.index_interval_bytes = 200;
  log_options_.file_delete_delay_ms = 1000;
}

void LogWorld::fail(Invariant invariant, std::string detail, std::string where) {
  if (failed() || disk_at_death_) return;
  result_.violation = Violation{invariant, std::move(detail)};
  result_.where = std::move(where);
}

WorldResult LogWorld::run() {
  machine_.disk = std::make_unique<SimFileSystem>();
  if (!machine_.disk->make_directory(kRoot).ok() || !machine_.disk->make_directory(kParent).ok() ||
      !machine_.disk->sync_directory("").ok())
    fail(Invariant::kCleanError, "no root", "start");
  watch(machine_);
  if (const Status booted = boot(machine_); !booted.ok())
    fail(Invariant::kCleanError, describe(booted), "first start");
  for (int i = 0; i < options_.steps && !failed(); ++i) step();
  return std::move(result_);
}

Status LogWorld::boot(Machine& machine, bool settled) {
  const Sabotage before = active_;
  active_ = options_.sabotage;
  const absl::Cleanup restore = [&] { active_ = before; };
  machine.log.reset();
  machine.checkpoint.reset();
  machine.row.reset();
  machine.fs = std::make_unique<MutantFileSystem>(*machine.disk, active_);
  ASSIGN_OR_RETURN(machine.checkpoint, BrokerCheckpoint::open(*machine.fs, kRoot));
  ASSIGN_OR_RETURN(const auto entry, machine.checkpoint->find(partition_id()));
  if (entry && !options_.bugs.checkpoint_ignored) machine.row = entry->row;
  LogOptions log_options = log_options_;
  log_options.is_settled = settled;
  if (settled) RETURN_IF_ERROR(machine.fs->sync_all(kRoot));
  ASSIGN_OR_RETURN(machine.log, Log::open(*machine.fs, clock_, kPath, log_options, machine.row,
                                          nullptr, nullptr));
  return {};
}

void LogWorld::watch(Machine& machine) {
  machine.disk->set_hook([this, disk = machine.disk.get()](const SimOperation& operation) {
    if (disk_at_death_) return io_error("killed");
    if (!operation.changes_something || failed()) return Status();
    if (syncs(operation.call) && !disk->failed_sync_call()) last_sync_site_ = site_of(operation);
    cut_everywhere(*disk, operation);
    if (!calls_to_live_ || (*calls_to_live_)-- > 0) return Status();
    disk_at_death_ = disk->kill();
    return io_error("killed");
  });
}

bool LogWorld::is_new(const SimFileSystem& disk, SimCall call) {
  return states_.insert(mix(mix(disk.durable_hash(), static_cast<std::uint64_t>(oracle_.acked.value())),
                            static_cast<std::uint64_t>(call)));
}

void LogWorld::count(const std::string& site, std::size_t column) {
  ++result_.cells[site][column];
}

void LogWorld::cut_everywhere(const SimFileSystem& disk, const SimOperation& operation) {
  const std::string site = site_of(operation);
  for (const PowerModel model : kAllPowerModels) {
    const int images = one_image_is_enough(model) ? 1 : options_.seeds_per_model;
    for (int i = 0; i < images && !failed(); ++i) {
      auto image = disk.crash(model, crash_random_.next());
      // Drawn whether the state is new or not: what a seed does must not depend on other worlds.
      const std::uint64_t seed = crash_random_.next();
      count(site, static_cast<std::size_t>(model));
      if (!is_new(*image, operation.call)) continue;
      check(std::move(image),
            fmt::format("{}: before {} {} with {}", step_name_, name_of(operation.call),
                        operation.path, name_of(model)),
            recovery_depth(seed), seed);
    }
  }
}

// How many recoveries in a row are cut.
int LogWorld::recovery_depth(std::uint64_t seed) const {
  const auto one_in = static_cast<std::uint64_t>(options_.recovery_cuts_in);
  if (seed % (64 * one_in) == 0) return 2;
  return seed % one_in == 0 ? 1 : 0;
}

void LogWorld::cut_recovery(const Machine& machine, const SimOperation& operation,
                            const std::string& where, int depth, Random& random) {
  const PowerModel model = kAllPowerModels[random.below(std::size(kAllPowerModels))];
  auto image = machine.disk->crash(model, random.next());
  const std::uint64_t seed = random.next();
  count(site_of(operation), kSecondCut);
  if (!is_new(*image, operation.call)) return;
  check(std::move(image),
        fmt::format("{}, then in recovery before {} {} with {}", where, name_of(operation.call),
                    operation.path, name_of(model)),
        depth - 1, seed);
}

bool LogWorld::check_untouched(const LogRow& row, const SimOperation& operation,
                               const std::string& where) {
  const bool writes = operation.call == SimCall::kWriteAt || operation.call == SimCall::kAppend ||
                      operation.call == SimCall::kTruncate;
  const auto slash = operation.path.rfind('/');
  const auto name = parse_segment_file_name(operation.path.substr(slash + 1));
  if (!writes || !name || name->suffix != kLogSuffix) return true;
  const bool below = name->base < row.durable.segment_base ||
                     (name->base == row.durable.segment_base &&
                      operation.position < row.durable.position);
  if (below)
    fail(Invariant::kBelowDurableUntouched,
         fmt::format("{} {} at {}", name_of(operation.call), operation.path, operation.position),
         where);
  return !below;
}

void LogWorld::check(std::unique_ptr<SimFileSystem> disk, const std::string& where, int depth,
                     std::uint64_t seed) {
  ++result_.images;
  Random random(seed);
  const bool settled = random.chance(1, 4);
  Machine machine;
  machine.disk = std::move(disk);
  machine.disk->set_capacity(~std::uint64_t{0});
  machine.disk->set_hook([&](const SimOperation& operation) {
    if (!operation.changes_something || failed()) return Status();
    if (machine.row) check_untouched(*machine.row, operation, where);
    if (depth > 0) cut_recovery(machine, operation, where, depth, random);
    return Status();
  });
  const std::string found = verbose() ? " on " + describe_files(*machine.disk) : "";
  const Status booted = boot(machine, settled);
  machine.disk->set_hook(nullptr);
  if (failed()) return;
  if (!booted.ok()) return fail(Invariant::kNeverRefused, describe(booted) + found, where);
  if (auto violation = compare(*machine.log, oracle_))
    return fail(violation->invariant,
                fmt::format("{}; row {}{}", violation->detail,
                            machine.row ? fmt::format("start {} durable {} in {} at {}",
                                                      machine.row->start,
                                                      machine.row->durable.offset,
                                                      machine.row->durable.segment_base,
                                                      machine.row->durable.position)
                                        : "none",
                            found),
                where);
  if (!check_files(machine, where)) return;
  // Each costs as much as the recovery itself: every state gets one of them.
  if (random.chance(1, 2)) return check_idempotent(machine, where);
  check_stable(machine, where);
}

bool LogWorld::check_files(const Machine& machine, const std::string& where) {
  std::set<Offset> bases;
  for (const SegmentRow& segment : machine.log->segments()) bases.insert(segment.base);
  for (const std::string& path : machine.disk->files()) {
    if (!path.starts_with(std::string(kPath) + "/")) continue;
    const auto name = parse_segment_file_name(path.substr(path.rfind('/') + 1));
    if (!name || name->deleted || bases.contains(name->base)) continue;
    fail(Invariant::kNoLeak, path, where);
    return false;
  }
  return true;
}

// Recovering again, after a kill, finds and leaves the same bytes.
void LogWorld::check_idempotent(Machine& machine, const std::string& where) {
  const std::uint64_t bytes = machine.disk->live_hash();
  const LogPosition end = machine.log->end();
  Machine again;
  again.disk = machine.disk->kill();
  const Status booted = boot(again);
  if (!booted.ok() || again.disk->live_hash() != bytes || again.log->end() != end)
    return fail(Invariant::kRecoveryIdempotent,
                fmt::format("{}: {} then {}", describe(booted), describe_files(*machine.disk),
                            describe_files(*again.disk)),
                where);
}

void LogWorld::check_stable(Machine& machine, const std::string& where) {
  const LogPosition end = machine.log->end();
  Machine cut;
  cut.disk = machine.disk->crash(PowerModel::kOnlySynced, 1);
  LogOracle stricter = oracle_;
  stricter.acked = end.offset;
  if (auto violation = compare(*machine.log, oracle_, &stricter.current))
    return fail(violation->invariant, violation->detail, where);
  const Status third = boot(cut);
  if (!third.ok()) return fail(Invariant::kServedIsStable, describe(third), where);
  if (auto violation = compare(*cut.log, stricter))
    fail(Invariant::kServedIsStable, violation->detail, where);
}

// The world goes on with what the next boot finds; what it serves has been seen from now on.
void LogWorld::restart(std::unique_ptr<SimFileSystem> disk, bool cache_lost,
                       const std::string& where) {
  machine_.log.reset();
  machine_.checkpoint.reset();
  machine_.fs.reset();
  machine_.disk = std::move(disk);
  machine_.disk->set_capacity(~std::uint64_t{0});
  ++epoch_;
  watch(machine_);
  const Status booted = boot(machine_);
  if (failed()) return;
  if (!booted.ok()) return fail(Invariant::kNeverRefused, describe(booted), where);
  std::map<Offset, Bytes> served;
  if (auto violation = compare(*machine_.log, oracle_, &served))
    return fail(violation->invariant, violation->detail, where);
  // What lies below the start may come back: a start that no checkpoint holds can be lost.
  const Offset first = served.empty() ? machine_.log->end().offset : served.begin()->first;
  oracle_.taken_back(first);
  oracle_.current.merge(served);
  if (cache_lost) oracle_.ever.clear();
  for (const auto& [base, batch] : oracle_.current) oracle_.ever[base].push_back(batch);
  oracle_.acked = machine_.log->end().offset;
}

// A kill, or a power cut, at a moment of its own choosing inside some step.
void LogWorld::die_in_the_middle() {
  calls_to_live_ = random_.below(6);
  step();
  calls_to_live_.reset();
  if (!disk_at_death_ || failed()) return;
  auto disk = std::move(disk_at_death_);
  if (random_.chance(1, 2)) return restart(std::move(disk), false, "killed in the middle");
  const auto model = kAllPowerModels[random_.below(std::size(kAllPowerModels))];
  restart(disk->crash(model, random_.next()), true, "power cut in the middle");
}

void LogWorld::step() {
  struct Choice {
    const char* name;
    std::uint64_t weight;
    void (*run)(LogWorld&);
  };
  static constexpr Choice kChoices[] = {
      {"append", 38, [](LogWorld& w) { w.append(); }},
      {"sync", 24, [](LogWorld& w) { w.sync(); }},
      {"checkpoint", 9, [](LogWorld& w) { w.commit(); }},
      {"roll", 4,
       [](LogWorld& w) {
         if (!w.machine_.log->roll().ok()) w.fail(Invariant::kCleanError, "roll", "roll");
       }},
      {"delete", 6, [](LogWorld& w) { w.remove_some(); }},
      {"delete all", 2, [](LogWorld& w) { w.remove_all_and_roll(); }},
      {"purge", 6,
       [](LogWorld& w) {
         w.clock_.advance(std::chrono::seconds(w.random_.below(3)));
         w.machine_.log->purge_deleted();
       }},
      {"take back", 3, [](LogWorld& w) { w.take_back(); }},
      {"full disk", 3, [](LogWorld& w) { w.append_on_full_disk(); }},
      {"kill", 3, [](LogWorld& w) { w.restart(w.machine_.disk->kill(), false, "kill"); }},
      {"power cut", 3,
       [](LogWorld& w) {
         const auto model = kAllPowerModels[w.random_.below(std::size(kAllPowerModels))];
         w.restart(w.machine_.disk->crash(model, w.random_.next()), true, std::string(name_of(model)));
       }},
      {"failed sync", 2, [](LogWorld& w) { w.fail_a_sync(); }},
      {"failed sync in recovery", 2, [](LogWorld& w) { w.fail_a_sync_of_recovery(); }},
      {"die", 5,
       [](LogWorld& w) {
         if (!w.calls_to_live_) w.die_in_the_middle();
       }},
      {"close files", 2, [](LogWorld& w) { w.machine_.log->close_idle_files(); }}};
  std::uint64_t total = 0;
  for (const Choice& choice : kChoices) total += choice.weight;
  std::uint64_t pick = random_.below(total);
  for (const Choice& choice : kChoices) {
    if (pick < choice.weight) {
      step_name_ = choice.name;
      choice.run(*this);
      if (verbose() && !failed() && machine_.log)
        fmt::print("{}: start {} end {} durable {} acked {}\n", step_name_,
                   machine_.log->start_offset(), machine_.log->end().offset,
                   machine_.log->durable().offset, oracle_.acked);
      return;
    }
    pick -= choice.weight;
  }
}

Bytes LogWorld::next_batch(Offset base, int records) {
  record::BatchBuilder builder;
  for (int i = 0; i < records; ++i) {
    const auto offset = static_cast<std::uint64_t>(base.value() + i);
    const std::string value(10 + offset * 37 % 150, static_cast<char>('a' + offset % 26));
    const auto timestamp = static_cast<std::int64_t>(1'700'000'000'000 + offset * 7 % 10);
    builder.add(timestamp, std::nullopt, as_bytes(value));
  }
  record::BuildOptions options;
  options.base_offset = base;
  options.leader_epoch = epoch_;
  return builder.build(options);
}

void LogWorld::append() {
  std::vector<Bytes> bytes;
  std::vector<BatchToAppend> batches;
  Offset next = machine_.log->end().offset;
  for (std::uint64_t i = random_.below(3) + 1; i > 0; --i) {
    const auto records = static_cast<int>(random_.below(3)) + 1;
    bytes.push_back(next_batch(next, records));
    const auto scanned = scan_batch(bytes.back(), 0);
    batches.push_back({{}, next, scanned->last_offset, scanned->max_timestamp, epoch_});
    next = scanned->last_offset + 1;
  }
  for (std::size_t i = 0; i < batches.size(); ++i) batches[i].bytes = bytes[i];
  // Noted first: a cut inside the call may leave any of them.
  for (std::size_t i = 0; i < batches.size(); ++i)
    oracle_.appended(batches[i].base_offset, bytes[i]);
  const LogPosition before = machine_.log->end();
  const Status appended = machine_.log->append(batches);
  if (appended.ok()) return;
  oracle_.taken_back(before.offset);
  if (!is_disk_full(appended) || !(machine_.log->end() == before))
    return fail(Invariant::kCleanError, describe(appended), "append");
  if (auto violation = compare(*machine_.log, oracle_))
    fail(Invariant::kCleanError, violation->detail, "append");
}

void LogWorld::append_on_full_disk() {
  const auto free = machine_.disk->free_bytes(kRoot);
  const std::uint64_t used = ~std::uint64_t{0} - *free;
  machine_.disk->set_capacity(used + random_.below(300));
  append();
  machine_.disk->set_capacity(~std::uint64_t{0});
  // What the failed append left must not come back in front of another segment.
  if (failed() || disk_at_death_ || !random_.chance(1, 2)) return;
  if (!machine_.log->roll().ok()) return fail(Invariant::kCleanError, "roll", "full disk");
  append();
}

Status LogWorld::run_ticket(const SyncTicket& ticket) {
  const bool simple = options_.sabotage.drops_syncs() || options_.bugs.sync_active_only;
  if (!simple && random_.chance(1, 3)) return machine_.fs->sync_all(kRoot);
  for (const auto& file : ticket.files) {
    if (options_.bugs.sync_active_only && file != ticket.files.back()) continue;
    RETURN_IF_ERROR(file->sync());
  }
  for (const auto& directory : ticket.directories)
    RETURN_IF_ERROR(machine_.fs->sync_directory(directory));
  return {};
}

void LogWorld::sync() {
  const SyncTicket ticket = machine_.log->prepare_sync();
  if (random_.chance(1, 3)) append();
  if (options_.bugs.ack_before_sync) oracle_.acked = std::max(oracle_.acked, ticket.end.offset);
  if (const Status synced = run_ticket(ticket); !synced.ok())
    return fail(Invariant::kCleanError, describe(synced), "sync");
  machine_.log->mark_synced(ticket);
  synced_before_ = synced_now_;
  synced_now_ = ticket.end;
  const LogPosition stable = options_.bugs.ack_log_end ? machine_.log->end() : ticket.end;
  oracle_.acked = std::max(oracle_.acked, stable.offset);
}

void LogWorld::fail_a_sync() {
  const SyncTicket ticket = machine_.log->prepare_sync();
  machine_.disk->fail_next_sync(io_error("sync: Input/output error"), random_.below(4));
  Status synced;
  if (random_.chance(1, 3)) {
    const CheckpointChange change{partition_id(), CheckpointEntry{machine_.log->row(), {}}};
    synced = machine_.checkpoint->commit({&change, 1});
  } else {
    synced = run_ticket(ticket);
  }
  const bool struck = machine_.disk->failed_sync_call().has_value();
  machine_.disk->fail_next_sync(Status());
  if (!struck) {
    if (!synced.ok()) fail(Invariant::kCleanError, describe(synced), "sync");
    return;
  }
  if (synced.ok())
    return fail(Invariant::kCleanError, "a failed sync was reported as done", "failed sync");
  count(last_sync_site_, kFailedSync);
  if (options_.bugs.retry_failed_sync) {
    if (!run_ticket(ticket).ok()) return;
    machine_.log->mark_synced(ticket);
    oracle_.acked = std::max(oracle_.acked, ticket.end.offset);
    return;
  }
  go_on_after_failed_sync(machine_);
}

void LogWorld::fail_a_sync_of_recovery() {
  Machine next;
  next.disk = machine_.disk->kill();
  next.disk->set_hook([&](const SimOperation& operation) {
    if (syncs(operation.call) && !next.disk->failed_sync_call()) last_sync_site_ = site_of(operation);
    return Status();
  });
  next.disk->fail_next_sync(io_error("sync: Input/output error"), random_.below(4));
  const Status booted = boot(next, random_.chance(1, 4));
  const bool struck = next.disk->failed_sync_call().has_value();
  next.disk->fail_next_sync(Status());
  next.disk->set_hook(nullptr);
  if (struck && booted.ok())
    return fail(Invariant::kCleanError, "a failed sync was ignored", "failed sync in recovery");
  if (!struck) return;
  count(last_sync_site_, kFailedSync);
  go_on_after_failed_sync(next);
}

// The page cache lives on, or not.
void LogWorld::go_on_after_failed_sync(Machine& machine) {
  check(machine.disk->kill(), "failed sync, then a restart", 1, random_.next());
  for (const PowerModel model : kAllPowerModels) {
    const std::uint64_t seed = random_.next();
    if (!failed()) check(machine.disk->crash(model, seed), "failed sync, then a power cut", 0, seed);
  }
  if (!failed()) restart(machine.disk->kill(), false, "failed sync");
}

void LogWorld::commit() {
  LogRow row = machine_.log->row();
  if (options_.bugs.checkpoint_ahead) {
    row.durable = machine_.log->end();
    row.segments = machine_.log->segments();
  }
  if (options_.bugs.start_ahead) row.start = row.durable.offset;
  if (options_.bugs.start_forgotten) row.start = Offset{0};
  if (options_.bugs.commit_lost) {
    oracle_.start_committed = std::max(oracle_.start_committed, row.start);
    return machine_.log->checkpointed(row);
  }
  if (options_.bugs.release_before_commit) {
    machine_.log->checkpointed(row);
    clock_.advance(std::chrono::seconds(2));
    machine_.log->purge_deleted();
  }
  const CheckpointChange change{partition_id(), CheckpointEntry{row, {}}};
  const Status committed = machine_.checkpoint->commit({&change, 1});
  if (!committed.ok()) return fail(Invariant::kCleanError, describe(committed), "checkpoint");
  const Offset start = options_.bugs.start_ahead ? oracle_.start_requested : row.start;
  oracle_.start_committed = std::max({oracle_.start_committed, start,
                                      options_.bugs.start_forgotten ? machine_.log->start_offset()
                                                                    : Offset{0}});
  machine_.log->checkpointed(row);
}

void LogWorld::remove_some() {
  const Offset start = machine_.log->start_offset();
  if (start >= oracle_.acked) return;
  Offset to{random_.between(start.value() + 1, oracle_.acked.value())};
  if (random_.chance(1, 4)) {
    to = oracle_.acked;
    if (!machine_.log->roll().ok()) return fail(Invariant::kCleanError, "roll", "delete");
  }
  remove_to(to);
}

void LogWorld::remove_to(Offset to) {
  oracle_.start_requested = std::max(oracle_.start_requested, to);
  if (const Status removed = machine_.log->delete_before(to); !removed.ok())
    fail(Invariant::kCleanError, describe(removed), "delete");
}

// The active segment is deleted as a whole while nothing follows it, so it keeps its name until it is
// no longer the active one: that of the next is not durable when a recovery then finds it.
void LogWorld::remove_all_and_roll() {
  for (int i = 0; i < 4 && oracle_.acked < machine_.log->end().offset; ++i) sync();
  if (disk_at_death_ || failed() || oracle_.acked < machine_.log->end().offset) return;
  remove_to(oracle_.acked);
  commit();
  if (!machine_.log->roll().ok()) return fail(Invariant::kCleanError, "roll", "delete all");
  if (!disk_at_death_ && !failed() && random_.chance(1, 2))
    restart(machine_.disk->kill(), false, "killed behind a deletion of everything");
}

void LogWorld::take_back() {
  LogPosition to = machine_.log->durable();
  if (options_.bugs.take_back_acked && synced_before_.offset > machine_.log->start_offset())
    to = synced_before_;
  else if (to.offset < oracle_.acked)
    return;
  if (const Status cut = machine_.log->truncate_to(to); !cut.ok())
    return fail(Invariant::kCleanError, describe(cut), "take back");
  oracle_.taken_back(to.offset);
}

}  // namespace leat::storage
