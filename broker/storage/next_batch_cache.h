#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "common/base/ids.h"
#include "common/base/mutex.h"

namespace leat::storage {

// Where the batch behind one that was looked up begins. A consumer that replays with fetches of one
// batch asks for that next, and then needs neither the index nor the header before it. Remembers a
// few dozen readers; who is forgotten looks it up. A kilobyte per segment that is read, none
// before. Any thread.
class NextBatchCache {
 public:
  struct Answer {
    // Of the batch that holds the offset, or, where compaction left none, of the next one.
    std::optional<std::uint64_t> position;
    std::uint64_t cuts = 0;  // to be given to remember()
  };

  Answer look_up(Offset offset) const;
  // `next` is the offset after a batch that ends at `position`. Ignored when the file was cut since
  // the look-up that told `cuts`: what the caller found may be gone.
  void remember(Offset next, std::uint64_t position, std::uint64_t cuts);
  // To be called when the file was cut.
  void forget();

 private:
  static constexpr std::size_t kPlaces = 64;
  struct Place {
    Offset offset{-1};
    std::uint64_t position = 0;
  };
  using Places = std::array<Place, kPlaces>;

  static std::size_t slot_of(Offset offset);

  mutable Mutex mutex_;
  std::unique_ptr<Places> places_ LEAT_GUARDED_BY(mutex_);
  std::uint64_t cuts_ LEAT_GUARDED_BY(mutex_) = 0;
};

}  // namespace leat::storage
