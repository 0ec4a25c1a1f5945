#include "broker/storage/damage.h"

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::storage;

namespace {

Damage damage(int base, int first, int end) {
  const auto position = static_cast<std::uint64_t>(first) * 10;
  return {Offset{base}, position, position + 10, Offset{first}, Offset{end}, "rot"};
}

}  // namespace

TEST_CASE("damage is found by the offsets that it holds, and from both sides", "[unit]") {
  DamageMap map;
  map.set(Offset{100}, {damage(100, 100, 103), damage(100, 150, 151)});
  map.set(Offset{0}, {damage(0, 10, 12)});
  CHECK(map.at(Offset{9}) == nullptr);
  CHECK(map.at(Offset{10})->end == Offset{12});
  CHECK(map.at(Offset{12}) == nullptr);
  CHECK(map.at(Offset{102})->first == Offset{100});
  CHECK(map.at(Offset{151}) == nullptr);
  CHECK(map.last_before(Offset{11}) == nullptr);
  CHECK(map.last_before(Offset{12})->first == Offset{10});
  CHECK(map.last_before(Offset{1000})->first == Offset{150});
  CHECK(map.next_after(Offset{9})->first == Offset{10});
  CHECK(map.next_after(Offset{10})->first == Offset{100});
  CHECK(map.next_after(Offset{150}) == nullptr);
}

TEST_CASE("damage is known and forgotten segment by segment", "[unit]") {
  DamageMap map;
  map.set(Offset{0}, {damage(0, 10, 12)});
  map.set(Offset{100}, {damage(100, 100, 103)});
  CHECK(map.touches_segment(Offset{0}));
  CHECK_FALSE(map.touches_segment(Offset{50}));
  map.forget_below(Offset{100});
  CHECK_FALSE(map.touches_segment(Offset{0}));
  CHECK(map.touches_segment(Offset{100}));
  map.set(Offset{100}, {});
  CHECK(map.empty());
}

TEST_CASE("a log with very many damaged places keeps one range of a segment", "[unit]") {
  DamageMap map;
  constexpr int kSegments = 20;
  constexpr int kPlaces = 100;
  for (int segment = 0; segment < kSegments; ++segment) {
    const int base = segment * 1000;
    std::vector<Damage> found;
    for (int i = 0; i < kPlaces; ++i) found.push_back(damage(base, base + i * 5, base + i * 5 + 1));
    map.set(Offset{base}, std::move(found));
  }
  CHECK(map.all().size() <= kMaxDamageRanges + kSegments);
  const int last = (kSegments - 1) * 1000;
  const Damage* const whole = map.at(Offset{last + 3});
  REQUIRE(whole != nullptr);
  CHECK(whole->first == Offset{last});
  CHECK(whole->end == Offset{last + (kPlaces - 1) * 5 + 1});
  CHECK(whole->covers(damage(last, last + 10, last + 11)));
  CHECK(map.at(Offset{3}) == nullptr);
}
