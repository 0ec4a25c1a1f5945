#pragma once

#include <cstdint>
#include <span>

#include "common/base/ids.h"

namespace leat {

// xoshiro256** (Blackman, Vigna 2018): small, fast, the same sequence for the same seed on every
// machine. Not for secrets. One thread at a time.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  // Uniform in [low, high], both included.
  std::int64_t between(std::int64_t low, std::int64_t high);
  // True with probability numerator / denominator.
  bool chance(std::uint64_t numerator, std::uint64_t denominator) {
    return below(denominator) < numerator;
  }
  void fill(std::span<std::byte> out);
  // A random (version 4) id whose text does not begin with '-', as Kafka's.
  Uuid uuid();

 private:
  std::uint64_t state_[4];
};

// 64 bits from the kernel, to seed from when nobody asked for a seed.
std::uint64_t entropy();

}  // namespace leat
