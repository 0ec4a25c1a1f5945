#include "tools/leat/reset_plan.h"

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::cli;

namespace {

using Kind = OffsetSpec::Kind;

PartitionBounds bounds(std::int64_t beginning, std::int64_t end, std::int64_t at_time = -1) {
  PartitionBounds b;
  b.beginning = beginning;
  b.end = end;
  b.at_time = at_time;
  return b;
}

ResetRow plan(std::int64_t committed, OffsetSpec spec, PartitionBounds b) {
  return plan_reset("t", 0, committed, spec, b);
}

}  // namespace

TEST_CASE("a reset says how many records are read again or skipped", "[unit]") {
  const ResetRow back = plan(70, {}, bounds(10, 100));
  CHECK(back.from == 70);
  CHECK(back.to == 10);
  CHECK(back.again == 60);
  CHECK(back.skipped == 0);
  const ResetRow on = plan(70, {Kind::kEnd, 0}, bounds(10, 100));
  CHECK(on.to == 100);
  CHECK(on.again == 0);
  CHECK(on.skipped == 30);
}

TEST_CASE("a reset stays within the log, and counts only what is in it", "[unit]") {
  CHECK(plan(70, {Kind::kExact, 5}, bounds(10, 100)).to == 10);
  CHECK(plan(70, {Kind::kExact, 500}, bounds(10, 100)).to == 100);
  CHECK(plan(70, {Kind::kExact, 500}, bounds(10, 100)).asked == 500);
  CHECK(plan(70, {Kind::kBeforeEnd, 500}, bounds(10, 100)).asked == 10);
  // What it committed is gone: up to the beginning there is nothing to skip.
  CHECK(plan(3, {}, bounds(10, 100)).skipped == 0);
  CHECK(plan(3, {Kind::kExact, 15}, bounds(10, 100)).skipped == 5);
  // It had committed beyond the end.
  CHECK(plan(200, {}, bounds(10, 100)).again == 90);
}

TEST_CASE("without a commit nothing is read again or skipped", "[unit]") {
  const ResetRow row = plan(-1, {Kind::kEnd, 0}, bounds(10, 100));
  CHECK(row.from == -1);
  CHECK(row.to == 100);
  CHECK(row.again == 0);
  CHECK(row.skipped == 0);
}

TEST_CASE("a reset to a time after the last record goes to the end", "[unit]") {
  CHECK(plan(70, {Kind::kTime, 1000}, bounds(10, 100, 42)).to == 42);
  CHECK(plan(70, {Kind::kTime, 1000}, bounds(10, 100)).to == 100);
}

TEST_CASE("a topic is selected whole or by partitions", "[unit]") {
  CHECK(parse_topic_selection("orders")->partitions.empty());
  CHECK(parse_topic_selection("orders:0,3")->topic == "orders");
  CHECK(parse_topic_selection("orders:0,3")->partitions == std::vector<std::int32_t>{0, 3});
  for (const char* wrong : {"", ":0", "orders:", "orders:x", "orders:-1", "orders:0,,1"}) {
    INFO(wrong);
    CHECK_FALSE(parse_topic_selection(wrong).ok());
  }
}

TEST_CASE("a file of offsets is read as Kafka's tool writes it", "[unit]") {
  const auto lines =
      parse_offsets_file("# mine\n\"orders\",0,17\r\n\norders, 1 , 9223372036854775807\n");
  REQUIRE(lines.ok());
  REQUIRE(lines->size() == 2);
  CHECK((*lines)[0].topic == "orders");
  CHECK((*lines)[0].offset == 17);
  CHECK((*lines)[1].partition == 1);
  CHECK((*lines)[1].offset == 9223372036854775807);
  for (const char* wrong : {"", "# only\n", "orders,0\n", "orders,0,x\n", "orders,0,-1\n", ",0,1\n",
                            "orders,0,1,2\n", "orders,0,1\n\"orders\",0,2\n"}) {
    INFO(wrong);
    CHECK_FALSE(parse_offsets_file(wrong).ok());
  }
}

TEST_CASE("a selection takes the partitions it names, or all of the topic", "[unit]") {
  CHECK(selects({}, "t", 4));
  const std::vector<TopicSelection> some{{"t", {0, 3}}, {"u", {}}};
  CHECK(selects(some, "t", 3));
  CHECK_FALSE(selects(some, "t", 1));
  CHECK(selects(some, "u", 1));
  CHECK_FALSE(selects(some, "v", 0));
}
