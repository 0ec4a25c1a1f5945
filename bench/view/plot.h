#pragma once

#include <span>
#include <string>

#include "bench/view/result.h"

namespace leat::bench {

// As many as have a colour of their own.
inline constexpr std::size_t kMostSeries = 6;

// An SVG of up to kMostSeries results: latency by percentile (both axes logarithmic: each nine is
// as wide as the one before), records in each second, and how many times better or worse each
// figure is than the baseline's. A part for which nothing was measured is left out. `baseline` may
// be null.
std::string plot(std::span<const Result> results, const Result* baseline);

}  // namespace leat::bench
