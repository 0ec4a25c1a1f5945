#include "broker/storage/next_batch_cache.h"

namespace leat::storage {

// Offsets of batches of one size are multiples of it: spread them (Fibonacci hashing, Knuth 6.4).
std::size_t NextBatchCache::slot_of(Offset offset) {
  const std::uint64_t spread = static_cast<std::uint64_t>(offset.value()) * 0x9E3779B97F4A7C15U;
  static_assert(kPlaces == 64);
  return static_cast<std::size_t>(spread >> 58);
}

NextBatchCache::Answer NextBatchCache::look_up(Offset offset) const {
  MutexLock lock(mutex_);
  Answer answer{std::nullopt, cuts_};
  if (!places_) return answer;
  const Place& place = (*places_)[slot_of(offset)];
  if (place.offset == offset) answer.position = place.position;
  return answer;
}

void NextBatchCache::remember(Offset next, std::uint64_t position, std::uint64_t cuts) {
  MutexLock lock(mutex_);
  if (cuts != cuts_) return;
  if (!places_) places_ = std::make_unique<Places>();
  (*places_)[slot_of(next)] = {next, position};
}

void NextBatchCache::forget() {
  MutexLock lock(mutex_);
  places_.reset();
  ++cuts_;
}

}  // namespace leat::storage
