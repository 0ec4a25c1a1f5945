#include "broker/storage/log_format.h"

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::storage;

TEST_CASE("segment file names are Kafka's and read back", "[unit]") {
  CHECK(segment_file_name(Offset{42}, kLogSuffix) == "00000000000000000042.log");
  const auto parsed = parse_segment_file_name("00000000000000000042.timeindex.deleted");
  REQUIRE(parsed.has_value());
  CHECK(parsed->base == Offset{42});
  CHECK(parsed->suffix == kTimeIndexSuffix);
  CHECK(parsed->deleted);
}

TEST_CASE("names that are not a segment's are not taken for one", "[unit]") {
  for (const char* name : {"leader-epoch-checkpoint", "0.log", "00000000000000000042", "",
                           "0000000000000000004x.log", "-0000000000000000042.log",
                           "00000000000000000042.log.torn", "99999999999999999999.log"})
    CHECK_FALSE(parse_segment_file_name(name).has_value());
}
