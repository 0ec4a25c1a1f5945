#include "broker/storage/damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace leat::storage {
namespace {

// What lies between the ranges is sound, and counts as lost with them.
void merge(std::vector<Damage>& ranges) {
  Damage whole = std::move(ranges.front());
  whole.what += fmt::format(", and {} more places", ranges.size() - 1);
  whole.end_position = ranges.back().end_position;
  whole.end = ranges.back().end;
  ranges.assign(1, std::move(whole));
}

}  // namespace

void DamageMap::set(Offset base, std::vector<Damage> found) {
  std::erase_if(ranges_, [base](const Damage& known) { return known.base == base; });
  if (found.size() > 1 && ranges_.size() + found.size() > kMaxDamageRanges) merge(found);
  const auto behind = std::partition_point(
      ranges_.begin(), ranges_.end(), [base](const Damage& known) { return known.base < base; });
  ranges_.insert(behind, std::make_move_iterator(found.begin()),
                 std::make_move_iterator(found.end()));
}

void DamageMap::forget_below(Offset base) {
  std::erase_if(ranges_, [base](const Damage& known) { return known.base < base; });
}

bool DamageMap::touches_segment(Offset base) const {
  const auto found = std::partition_point(
      ranges_.begin(), ranges_.end(), [base](const Damage& known) { return known.base < base; });
  return found != ranges_.end() && found->base == base;
}

const Damage* DamageMap::at(Offset offset) const {
  const auto found =
      std::partition_point(ranges_.begin(), ranges_.end(),
                           [offset](const Damage& known) { return known.end <= offset; });
  return found == ranges_.end() || found->first > offset ? nullptr : &*found;
}

const Damage* DamageMap::next_after(Offset offset) const {
  const auto found =
      std::partition_point(ranges_.begin(), ranges_.end(),
                           [offset](const Damage& known) { return known.first <= offset; });
  return found == ranges_.end() ? nullptr : &*found;
}

const Damage* DamageMap::last_before(Offset offset) const {
  const auto found =
      std::partition_point(ranges_.begin(), ranges_.end(),
                           [offset](const Damage& known) { return known.end <= offset; });
  return found == ranges_.begin() ? nullptr : &*std::prev(found);
}

}  // namespace leat::storage
