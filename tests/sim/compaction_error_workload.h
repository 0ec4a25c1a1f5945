#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "broker/storage/broker_checkpoint.h"
#include "broker/storage/log.h"
#include "broker/storage/sync_guard.h"
#include "tests/sim/log_oracle.h"
#include "tests/support/manual_clock.h"

namespace leat::storage {

// What ErrorWorkload is for other logs, for a compacted one: keys written again and again, syncs,
// checkpoints, compactions with their swap and what it leaves to unlink, a log start moved in between,
// a restart, and the same once more.
class CompactionErrorWorkload {
 public:
  // What the outside world knows.
  struct Oracle {
    std::set<std::pair<Offset, std::string>> appended;  // record and key; the value follows from both
    std::map<std::string, Offset> newest;               // of every key
    std::map<std::string, Offset> acked;                // the same, of what was acknowledged
    Offset acked_end{0};
    Offset start_requested{0};
  };

  // `fs` outlives it; `root` exists.
  CompactionErrorWorkload(FileSystem& fs, std::string root);

  // False when the process ended.
  bool run();
  const Oracle& oracle() const { return oracle_; }
  // A rule that broke while it ran.
  const std::optional<Violation>& violation() const { return violation_; }
  // Segments that compactions replaced.
  std::uint64_t replaced() const { return replaced_; }

  // The next boot of what a workload left, on a disk that works again.
  static std::optional<Violation> check(FileSystem& fs, const std::string& root,
                                        const Oracle& oracle);

 private:
  bool start();
  bool fill();
  bool put(int first_key);
  bool commit();
  bool compact();
  bool remove_to(Offset start);
  bool restart();
  bool survives(const Status& s);
  std::optional<Violation> compare(const Oracle& oracle) const;

  const std::string root_;
  SyncGuard fs_;
  ManualClock clock_;
  LogOptions options_;
  Oracle oracle_;
  std::unique_ptr<BrokerCheckpoint> checkpoint_;
  std::unique_ptr<Log> log_;
  Offset checkpointed_base_{0};
  std::uint64_t replaced_ = 0;
  std::optional<Violation> violation_;
  Status last_;
};

}  // namespace leat::storage
