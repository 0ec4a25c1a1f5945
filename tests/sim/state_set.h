#pragma once

#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstdint>

#include "common/base/mutex.h"

namespace leat::sim {

// Hashes of states that were visited. Thread-safe.
class StateSet {
 public:
  // True when it is new.
  bool insert(std::uint64_t state) {
    Shard& shard = shards_[state >> 58];
    MutexLock lock(shard.mutex);
    return shard.states.insert(state).second;
  }
  std::size_t size() const {
    std::size_t total = 0;
    for (const Shard& shard : shards_) {
      MutexLock lock(shard.mutex);
      total += shard.states.size();
    }
    return total;
  }

 private:
  struct Shard {
    mutable Mutex mutex;
    absl::flat_hash_set<std::uint64_t> states LEAT_GUARDED_BY(mutex);
  };
  std::array<Shard, 64> shards_;
};

}  // namespace leat::sim
