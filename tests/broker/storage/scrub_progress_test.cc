#include "broker/storage/scrub_progress.h"

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::storage;

namespace {

SegmentPlace place(std::uint8_t topic, std::int32_t partition, std::int64_t base) {
  Uuid id;
  id.bytes[3] = topic;
  return {{id, PartitionIndex{partition}}, Offset{base}};
}

}  // namespace

TEST_CASE("the scrubber's progress is read as it was written", "[unit]") {
  for (const ScrubProgress& progress :
       {ScrubProgress{}, ScrubProgress{5, place(1, 2, 3), {}},
        ScrubProgress{1'700'000'000'000, std::nullopt, {place(1, 0, 0), place(2, 7, 1LL << 60)}}}) {
    CHECK(parse_scrub_progress(format_scrub_progress(progress)) == progress);
  }
}

TEST_CASE("progress of another form is none", "[unit]") {
  const std::string good = format_scrub_progress({5, place(1, 2, 3), {place(1, 2, 3)}});
  REQUIRE(parse_scrub_progress(good));
  for (const std::string& bad :
       {std::string(), std::string("1\n5\n-\n"), std::string("0\n-5\n-\n"), std::string("0\n5\n\n"),
        good.substr(0, good.size() - 2), good + "x", std::string(100, '\0')}) {
    INFO(bad);
    CHECK_FALSE(parse_scrub_progress(bad));
  }
}
