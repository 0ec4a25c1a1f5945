#include "broker/storage/damage.h"

#include <algorithm>

namespace leat::storage {

void DamageMap::set(Offset base, std::vector<Damage> found) {
  std::erase_if(ranges_, [base](const Damage& known) { return known.base == base; });
  const auto behind = std::find_if(ranges_.begin(), ranges_.end(),
                                   [base](const Damage& known) { return known.base > base; });
  ranges_.insert(behind, std::make_move_iterator(found.begin()),
                 std::make_move_iterator(found.end()));
}

void DamageMap::forget_below(Offset start) {
  std::erase_if(ranges_, [start](const Damage& known) { return known.end <= start; });
}

bool DamageMap::touches_segment(Offset base) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [base](const Damage& known) { return known.base == base; });
}

const Damage* DamageMap::at(Offset offset) const {
  const auto found = std::find_if(ranges_.begin(), ranges_.end(), [offset](const Damage& known) {
    return known.first <= offset && offset < known.end;
  });
  return found == ranges_.end() ? nullptr : &*found;
}

const Damage* DamageMap::next_after(Offset offset) const {
  const auto found = std::find_if(ranges_.begin(), ranges_.end(),
                                  [offset](const Damage& known) { return known.first > offset; });
  return found == ranges_.end() ? nullptr : &*found;
}

const Damage* DamageMap::last_before(Offset offset) const {
  const auto found = std::find_if(ranges_.rbegin(), ranges_.rend(),
                                  [offset](const Damage& known) { return known.end <= offset; });
  return found == ranges_.rend() ? nullptr : &*found;
}

}  // namespace leat::storage
