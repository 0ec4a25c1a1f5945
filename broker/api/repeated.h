#pragma once

#include <absl/container/flat_hash_map.h>

namespace leat::api {

// Which keys of a request were given more than once.
template <class Key>
class Repeated {
 public:
  void add(const Key& key) { ++times_[key]; }
  bool contains(const Key& key) const {
    const auto found = times_.find(key);
    return found != times_.end() && found->second > 1;
  }

 private:
  absl::flat_hash_map<Key, int> times_;
};

}  // namespace leat::api
