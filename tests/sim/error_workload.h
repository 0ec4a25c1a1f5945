#pragma once

#include <memory>
#include <optional>
#include <string>

#include "broker/storage/broker_checkpoint.h"
#include "broker/storage/log.h"
#include "broker/storage/sync_guard.h"
#include "tests/sim/log_oracle.h"
#include "tests/support/manual_clock.h"

namespace leat::storage {

// What the error loops repeat: one partition and the checkpoint, through appends, rolls, syncs,
// checkpoints with a fold, retention, a failed suffix taken back, idle files closed, reads, a restart
// and what follows it. It lives as the broker does: disk_full and resource_exhausted are survived, any
// other error, and any failed sync, ends the process.
class ErrorWorkload {
 public:
  // `fs` outlives it; `root` exists.
  ErrorWorkload(FileSystem& fs, std::string root);

  // False when the process ended.
  bool run();
  const LogOracle& oracle() const { return oracle_; }
  // A rule that broke while it ran.
  const std::optional<Violation>& violation() const { return violation_; }

  // The next boot of what a workload left, on a disk that works again.
  static std::optional<Violation> check(FileSystem& fs, const std::string& root,
                                        const LogOracle& oracle);

 private:
  bool start();
  bool fill();
  bool shorten();
  bool restart();
  bool append(int records);
  bool sync();
  bool sync_everything();
  bool commit();
  bool remove_to(Offset start);
  bool take_back();
  bool roll();
  bool read();
  bool survives(const Status& s);

  const std::string root_;
  SyncGuard fs_;
  ManualClock clock_;
  LogOptions options_;
  LogOracle oracle_;
  std::unique_ptr<BrokerCheckpoint> checkpoint_;
  std::unique_ptr<Log> log_;
  std::optional<Violation> violation_;
  Status last_;
};

}  // namespace leat::storage
