#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "broker/storage/broker_checkpoint.h"
#include "broker/storage/log.h"
#include "common/base/random.h"
#include "tests/sim/log_oracle.h"
#include "tests/sim/mutant_file_system.h"
#include "tests/sim/state_set.h"
#include "tests/support/manual_clock.h"
#include "tests/support/sim_file_system.h"

namespace leat::storage {

// Planted bugs of whoever drives the log and the checkpoint; those of the calls below are Sabotage.
struct DriverBugs {
  bool ack_before_sync = false;
  bool sync_active_only = false;         // of a ticket's files the last one
  bool checkpoint_ahead = false;         // a row that names the log end
  bool release_before_commit = false;    // deleted files are unlinked before the row is durable
  bool sabotage_only_recovery = false;   // Sabotage acts while a log is opened, not later
  bool ack_log_end = false;              // a sync acknowledges also what came while it ran
  bool retry_failed_sync = false;        // and believe the second answer
  bool take_back_acked = false;          // truncate_to below what was acknowledged
  bool start_ahead = false;              // a row whose start nobody asked for
  bool start_forgotten = false;          // a row that begins at 0 again
  bool commit_lost = false;              // the log is told of a checkpoint that was not written
  bool checkpoint_ignored = false;       // a start without the row
};

struct WorldOptions {
  std::uint64_t seed = 1;
  int steps = 60;
  int seeds_per_model = 1;      // crash images per changing call and model
  int recovery_cuts_in = 16;    // in one of so many checks every call of recovery is cut too
  Sabotage sabotage;
  DriverBugs bugs;
};

struct WorldResult {
  std::optional<Violation> violation;
  std::string where;                     // the call and model that showed it
  std::uint64_t images = 0;              // disks recovered
  // Call and kind of file ("append .log") x model: how often that cell was checked. The last two
  // columns are P9, a cut before that call of a recovery, and P10, that call reporting a failed sync.
  using Row = std::array<std::uint64_t, std::size(kAllPowerModels) + 2>;
  std::map<std::string, Row> cells;
};

// One partition and the checkpoint on a simulated disk, driven by a seed, with the power cut before
// every call that changes the disk, by every model; each disk that results is recovered and compared
// with what was promised. Distinct states (durable bytes and names, what was acknowledged, the call
// under way) are counted in `states`, shared by worlds; one that was seen before is not looked at
// again. What is written depends on offset and epoch alone, so that random bytes make no new states.
class LogWorld {
 public:
  LogWorld(const WorldOptions& options, sim::StateSet& states);
  WorldResult run();

 private:
  // Apart, so that the checkpoint's syncs of its folder do not make the partition's name durable.
  static constexpr const char* kRoot = "/d";
  static constexpr const char* kParent = "/p";
  static constexpr const char* kPath = "/p/t-0";

  // A disk with the programs that run on it.
  struct Machine {
    std::unique_ptr<SimFileSystem> disk;
    std::unique_ptr<MutantFileSystem> fs;
    std::unique_ptr<BrokerCheckpoint> checkpoint;
    std::optional<LogRow> row;
    std::unique_ptr<Log> log;
  };

  bool failed() const { return result_.violation.has_value(); }
  void fail(Invariant invariant, std::string detail, std::string where);
  // `settled`: as a broker starts after a kill, with one sync of everything before.
  Status boot(Machine& machine, bool settled = false);
  void watch(Machine& machine);
  void cut_everywhere(const SimFileSystem& disk, const SimOperation& operation);
  // `depth`: how many more recoveries, each begun on what a cut in the one before left, may be cut.
  void check(std::unique_ptr<SimFileSystem> disk, const std::string& where, int depth,
             std::uint64_t seed);
  // Before a call of the recovery that runs on `machine`.
  void cut_recovery(const Machine& machine, const SimOperation& operation, const std::string& where,
                    int depth, Random& random);
  int recovery_depth(std::uint64_t seed) const;
  bool is_new(const SimFileSystem& disk, SimCall call);
  void count(const std::string& site, std::size_t column);
  void check_idempotent(Machine& machine, const std::string& where);
  void check_stable(Machine& machine, const std::string& where);
  bool check_untouched(const LogRow& row, const SimOperation& operation, const std::string& where);
  bool check_files(const Machine& machine, const std::string& where);
  // `cache_lost`: what was never durable is gone for good, so it may not come back any more.
  void restart(std::unique_ptr<SimFileSystem> disk, bool cache_lost, const std::string& where);

  void step();
  void append();
  void append_on_full_disk();
  void sync();
  Status run_ticket(const SyncTicket& ticket);
  void fail_a_sync();
  void fail_a_sync_of_recovery();
  // The process has ended; `machine` may be machine_.
  void go_on_after_failed_sync(Machine& machine);
  void die_in_the_middle();
  void commit();
  void remove_some();
  void remove_to(Offset to);
  void remove_all_and_roll();
  void take_back();
  Bytes next_batch(Offset base, int records);

  const WorldOptions options_;
  sim::StateSet& states_;
  const Sabotage none_;
  Sabotage active_;
  Random random_;
  Random crash_random_;
  ManualClock clock_;
  LogOptions log_options_;
  std::string step_name_;
  Machine machine_;
  LogOracle oracle_;
  WorldResult result_;
  std::optional<std::uint64_t> calls_to_live_;    // then the process is killed
  std::string last_sync_site_;                    // in fail_a_sync: the one that fails
  std::unique_ptr<SimFileSystem> disk_at_death_;  // set: the process is dead, its calls do nothing
  LeaderEpoch epoch_{1};  // the broker's start counter
  LogPosition synced_now_;     // the end of the last sync
  LogPosition synced_before_;  // and of the one before
};

}  // namespace leat::storage
