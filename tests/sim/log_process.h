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

// One log and its checkpoint in a process that lives as the broker does: disk_full and
// resource_exhausted are survived, any other error, and any failed sync, ends it. What the workloads
// of the error loops stand on.
class LogProcess {
 public:
  // A rule that broke while it ran.
  const std::optional<Violation>& violation() const { return violation_; }

 protected:
  // `fs` outlives it; `root` exists.
  LogProcess(FileSystem& fs, std::string root);

  // Each of these is false when the process ended.
  // Opens the checkpoint, and the log by the row it has.
  bool start();
  void stop();
  // Writes a batch at the log's end. `*appended` says whether it is there: of a refused one nothing
  // may ever be seen.
  bool append(const BatchToAppend& batch, bool* appended);
  // Makes all of the log stable, file by file or all the disk; its end then.
  std::optional<Offset> sync();
  std::optional<Offset> sync_everything();
  // Makes the log's row durable, with `producers` beside it, and the leader-epoch file.
  bool commit(Bytes producers);
  bool survives(const Status& s);
  void write_epoch_file();

  const std::string root_;
  SyncGuard fs_;
  ManualClock clock_;
  LogOptions options_;
  std::unique_ptr<BrokerCheckpoint> checkpoint_;
  std::unique_ptr<Log> log_;
  std::optional<LogRow> committed_;  // the row in the checkpoint
  std::optional<Violation> violation_;
  Status last_;
};

}  // namespace leat::storage
