#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "broker/storage/segment.h"

namespace leat::storage {

// The segments of a log by base offset, the last one active. Never changed: the append side
// publishes a new list, and a reader keeps the one it began with.
class SegmentList {
 public:
  SegmentList() = default;
  explicit SegmentList(std::vector<std::shared_ptr<Segment>> segments)
      : segments_(std::move(segments)) {}

  const std::vector<std::shared_ptr<Segment>>& all() const { return segments_; }
  bool empty() const { return segments_.empty(); }
  const std::shared_ptr<Segment>& active() const { return segments_.back(); }
  // Index of the segment with the greatest base <= `offset`; 0 when every base is above it.
  std::size_t index_of(Offset offset) const {
    const auto above =
        std::upper_bound(segments_.begin(), segments_.end(), offset,
                         [](Offset o, const auto& segment) { return o < segment->base(); });
    return above == segments_.begin() ? 0 : static_cast<std::size_t>(above - segments_.begin() - 1);
  }

 private:
  std::vector<std::shared_ptr<Segment>> segments_;
};

}  // namespace leat::storage
