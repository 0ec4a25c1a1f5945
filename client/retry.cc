#include "client/retry.h"

#include <algorithm>

namespace leat {

Duration Backoff::after(int failures) {
  constexpr int kMostDoublings = 30;  // 2^30 * 1 ms is 12 days: past any `most`
  const int doublings = std::clamp(failures - 1, 0, kMostDoublings);
  const Duration wait = first_ > most_ / (std::int64_t{1} << doublings)
                            ? most_
                            : first_ * (std::int64_t{1} << doublings);
  return wait * random_.between(80, 120) / 100;
}

}  // namespace leat
