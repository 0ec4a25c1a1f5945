#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace leat::bench {

// Counts of nanoseconds in buckets of at most 0.1 % of their value (three digits).
class Histogram {
 public:
  Histogram() : counts_(size_t{64} << kBits) {}

  void add(uint64_t value) {
    ++counts_[index_of(value)];
    ++total_;
    if (value > max_) max_ = value;
  }
  uint64_t total() const { return total_; }
  uint64_t max() const { return max_; }

  // Nothing where fewer than ten samples lie above: such a figure says nothing.
  std::optional<uint64_t> percentile(double fraction) const {
    const auto rank = static_cast<uint64_t>(fraction * static_cast<double>(total_));
    if (total_ < rank + 10) return std::nullopt;
    uint64_t seen = 0;
    for (size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > rank) return value_of(i);
    }
    return max_;
  }

 private:
  static constexpr int kBits = 11;

  // Values below 2^kBits have a bucket each; above, each power of two has 2^kBits.
  static size_t index_of(uint64_t value) {
    const auto shift = static_cast<int>(std::bit_width(value >> kBits));
    return (static_cast<size_t>(shift) << kBits) + static_cast<size_t>(value >> shift);
  }
  static uint64_t value_of(size_t index) {
    const auto shift = static_cast<int>(index >> kBits);
    return (index & ((size_t{1} << kBits) - 1)) << shift;
  }

  std::vector<uint64_t> counts_;
  uint64_t total_ = 0, max_ = 0;
};

}  // namespace leat::bench
