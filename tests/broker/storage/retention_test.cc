#include "broker/storage/retention.h"

#include <vector>

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::storage;

namespace {

constexpr std::int64_t kNow = 1'000'000;

// Segments of 100 bytes, the newest record of each so many ms old; the last is active.
std::vector<SegmentRow> segments_aged(std::initializer_list<std::int64_t> ages) {
  std::vector<SegmentRow> rows;
  for (const std::int64_t age : ages) {
    rows.push_back({Offset{static_cast<std::int64_t>(rows.size()) * 10}, 100, kNow - age, kNow});
  }
  return rows;
}

}  // namespace

TEST_CASE("without limits nothing is deleted", "[unit]") {
  CHECK(segments_to_delete(segments_aged({9000, 500, 0}), {-1, -1}, kNow) == 0);
}

TEST_CASE("a segment goes when its newest record is older than the retention time", "[unit]") {
  CHECK(segments_to_delete(segments_aged({3000, 2001, 2000, 0}), {2000, -1}, kNow) == 2);
}

TEST_CASE("the active segment goes too when all of it has expired", "[unit]") {
  CHECK(segments_to_delete(segments_aged({3000, 2500}), {2000, -1}, kNow) == 2);
}

TEST_CASE("an empty active segment never expires", "[unit]") {
  std::vector<SegmentRow> rows = segments_aged({3000, 3000});
  rows[1].size = 0;
  CHECK(segments_to_delete(rows, {2000, -1}, kNow) == 1);
}

TEST_CASE("a segment with a record from the future stays, and all after it", "[unit]") {
  CHECK(segments_to_delete(segments_aged({3000, -50, 3000, 0}), {2000, -1}, kNow) == 1);
}

TEST_CASE("without record times the last append decides", "[unit]") {
  std::vector<SegmentRow> rows{{Offset{0}, 100, -1, kNow - 5000}, {Offset{10}, 100, -1, kNow}};
  CHECK(segments_to_delete(rows, {2000, -1}, kNow) == 1);
}

TEST_CASE("by size the oldest go while enough remains", "[unit]") {
  CHECK(segments_to_delete(segments_aged({0, 0, 0, 0}), {-1, 250}, kNow) == 1);
  CHECK(segments_to_delete(segments_aged({0, 0, 0, 0}), {-1, 200}, kNow) == 2);
  CHECK(segments_to_delete(segments_aged({0, 0, 0, 0}), {-1, 400}, kNow) == 0);
  CHECK(segments_to_delete(segments_aged({0, 0, 0, 0}), {-1, 0}, kNow) == 3);
}
