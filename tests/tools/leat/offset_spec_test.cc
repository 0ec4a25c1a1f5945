#include "tools/leat/offset_spec.h"

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::cli;
using Kind = OffsetSpec::Kind;

namespace {
constexpr std::int64_t kNow = 1'800'000'000'000;

OffsetSpec spec(std::string_view text) {
  const auto parsed = parse_offset_spec(text, kNow);
  REQUIRE(parsed.ok());
  return *parsed;
}
}  // namespace

TEST_CASE("an offset is a word, a number, a count from an end or a time", "[unit]") {
  CHECK(spec("beginning") == OffsetSpec{Kind::kBeginning, 0});
  CHECK(spec("start") == OffsetSpec{Kind::kBeginning, 0});
  CHECK(spec("earliest") == OffsetSpec{Kind::kBeginning, 0});
  CHECK(spec("end") == OffsetSpec{Kind::kEnd, 0});
  CHECK(spec("latest") == OffsetSpec{Kind::kEnd, 0});
  CHECK(spec("42") == OffsetSpec{Kind::kExact, 42});
  CHECK(spec("+7") == OffsetSpec{Kind::kAfterBeginning, 7});
  CHECK(spec("-10") == OffsetSpec{Kind::kBeforeEnd, 10});
  CHECK(spec("@1700000000000") == OffsetSpec{Kind::kTime, 1'700'000'000'000});
  CHECK(spec("@-1h30m") == OffsetSpec{Kind::kTime, kNow - 5'400'000});
}

TEST_CASE("an absolute time is a UTC date with an optional time of day", "[unit]") {
  CHECK(spec("@1970-01-02").value == 86'400'000);
  CHECK(spec("@2026-01-31T14:00").value == 1'769'868'000'000);
  CHECK(spec("@2026-01-31 14:00:05").value == 1'769'868'005'000);
  CHECK(spec("@2026-01-31T14:00:05.25Z").value == 1'769'868'005'250);
}

TEST_CASE("what is no offset is refused with the forms there are", "[unit]") {
  for (const std::string_view text :
       {"", "x", "--1", "+", "-", "1x", "99999999999999999999", "@", "@x", "@2026-13-01",
        "@2026-02-30", "@2026-01-01T25:00", "@2026-01-01T10", "@2026-01-01Tx", "@-", "@-1y",
        "@2026-01-01T10:00:00.Z", "@-99999999999999w"}) {
    INFO(text);
    CHECK_FALSE(parse_offset_spec(text, kNow).ok());
  }
  CHECK_THAT(std::string(message(parse_offset_spec("soon", kNow).status())),
             ContainsSubstring("use beginning, end, an offset"));
}

TEST_CASE("a duration adds its parts, and a bare number is seconds", "[unit]") {
  CHECK(*parse_duration_ms("10") == 10'000);
  CHECK(*parse_duration_ms("250ms") == 250);
  CHECK(*parse_duration_ms("1d2h3m4s5ms") == 93'784'005);
  CHECK_FALSE(parse_duration_ms("1y").ok());
  CHECK_FALSE(parse_duration_ms("").ok());
}

TEST_CASE("an offset relative to an end never leaves the partition", "[unit]") {
  const PartitionBounds bounds{.beginning = 100, .end = 150, .at_time = 120};
  CHECK(resolve(spec("beginning"), bounds) == 100);
  CHECK(resolve(spec("end"), bounds) == 150);
  CHECK(resolve(spec("-10"), bounds) == 140);
  CHECK(resolve(spec("-51"), bounds) == 100);
  CHECK(resolve(spec("+10"), bounds) == 110);
  CHECK(resolve(spec("+51"), bounds) == 150);
  CHECK(resolve(spec("7"), bounds) == 7);
  CHECK(resolve(spec("@5"), bounds) == 120);
  CHECK(resolve(spec("@5"), PartitionBounds{.beginning = 100, .end = 150}) == 150);
}
