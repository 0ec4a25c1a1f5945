#pragma once

#include <optional>
#include <string>

#include "tests/sim/log_oracle.h"
#include "tests/sim/log_process.h"

namespace leat::storage {

// What the error loops repeat: one partition and the checkpoint, through appends, rolls, syncs,
// checkpoints with a fold, retention, a failed suffix taken back, idle files closed, reads, a
// restart behind half a batch and what follows it.
class ErrorWorkload : public LogProcess {
 public:
  // `fs` outlives it; `root` exists.
  ErrorWorkload(FileSystem& fs, std::string root);

  // False when the process ended.
  bool run();
  const LogOracle& oracle() const { return oracle_; }

  // The next boot of what a workload left, on a disk that works again.
  static std::optional<Violation> check(FileSystem& fs, const std::string& root,
                                        const LogOracle& oracle);

 private:
  bool fill();
  bool shorten();
  bool restart();
  bool put(int records);
  bool make_stable();
  bool make_everything_stable();
  bool checkpoint();
  bool remove_to(Offset start);
  bool take_back();
  bool roll();
  bool tear();
  bool read();

  LogOracle oracle_;
};

}  // namespace leat::storage
