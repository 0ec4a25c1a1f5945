#pragma once
// What else the disk does while a workload is measured.

#include <memory>
#include <string>
#include <vector>

namespace leat::bench {

struct Condition {
  std::string name;
  enum class Kind { kNothing, kWriter, kCompaction } kind;
  double megabytes_per_second;  // 0: as fast as it goes
  // Writeback of what was written is started each time this much is dirty; 0: left to the kernel.
  size_t window;
};

std::vector<Condition> all_conditions();

// Runs from construction to destruction. Leaves no files and no dirty pages behind.
class Background {
 public:
  Background(const Condition& condition, const std::string& dir);
  ~Background();
  // Written so far, over the time since construction.
  double megabytes_per_second() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace leat::bench
