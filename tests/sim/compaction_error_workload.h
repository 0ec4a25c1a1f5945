#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/sim/log_oracle.h"
#include "tests/sim/log_process.h"

namespace leat::storage {

// What ErrorWorkload is for other logs, for a compacted one: keys written again and again, syncs,
// checkpoints, compactions with their swap and what it leaves to unlink, a log start moved in between,
// a restart, and the same once more.
class CompactionErrorWorkload : public LogProcess {
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
  // Segments that compactions replaced.
  std::uint64_t replaced() const { return replaced_; }

  // The next boot of what a workload left, on a disk that works again.
  static std::optional<Violation> check(FileSystem& fs, const std::string& root,
                                        const Oracle& oracle);

 private:
  bool fill();
  bool put(int first_key);
  bool checkpoint();
  bool compact();
  bool remove_to(Offset start);
  bool restart();
  std::optional<Violation> compare(const Oracle& oracle) const;

  Oracle oracle_;
  std::uint64_t replaced_ = 0;
};

}  // namespace leat::storage
