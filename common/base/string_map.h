#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <string>
#include <string_view>

namespace leat {

// Hash containers keyed by string that look up std::string_view without a copy; Debian's Abseil
// would only accept its own string_view.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const {
    return absl::HashOf(absl::string_view(s.data(), s.size()));
  }
};
template <class V>
using StringMap = absl::flat_hash_map<std::string, V, StringHash, std::equal_to<>>;
using StringSet = absl::flat_hash_set<std::string, StringHash, std::equal_to<>>;

}  // namespace leat
