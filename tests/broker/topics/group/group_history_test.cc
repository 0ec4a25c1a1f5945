#include "broker/topics/group/group_history.h"

#include "tests/support/catch.h"

using namespace leat;
using topics::GroupHistory;

namespace {

MonotonicTime at(int ms) {
  return MonotonicTime(std::chrono::milliseconds(ms));
}

}  // namespace

TEST_CASE("a rebalance is remembered with its cause and how long it took", "[unit]") {
  GroupHistory history;
  history.rebalance_began("member a left: bye", "a", 5000, at(100));
  CHECK(history.is_rebalancing());
  CHECK(history.rebalances().back().took_ms == -1);
  history.settled(7, 3, at(350));
  CHECK_FALSE(history.is_rebalancing());
  history.settled(8, 9, at(900));  // nothing was running

  REQUIRE(history.rebalances().size() == 1);
  const topics::PastRebalance& past = history.rebalances()[0];
  CHECK(past.began_ms == 5000);
  CHECK(past.took_ms == 250);
  CHECK(past.completed);
  CHECK(past.reason == "member a left: bye");
  CHECK(past.member == "a");
  CHECK(past.generation == 7);
  CHECK(past.members == 3);
}

TEST_CASE("a rebalance that began anew before its end did not complete", "[unit]") {
  GroupHistory history;
  history.rebalance_began("first", "a", 1, at(0));
  history.rebalance_began("second", "b", 2, at(40));
  history.settled(1, 1, at(100));
  CHECK_FALSE(history.rebalances()[0].completed);
  CHECK(history.rebalances()[0].took_ms == 40);
  CHECK(history.rebalances()[1].completed);
}

TEST_CASE("the history of a group is bounded in number and in length", "[unit]") {
  GroupHistory history;
  for (std::size_t i = 0; i < 3 * GroupHistory::kRebalances; ++i) {
    history.rebalance_began(std::string(100'000, 'x'), std::string(100'000, 'y'), 0, at(0));
  }
  CHECK(history.rebalances().size() == GroupHistory::kRebalances);
  CHECK(history.rebalances().back().reason.size() == GroupHistory::kLongestText);
  CHECK(history.rebalances().back().member.size() == GroupHistory::kLongestText);
}

TEST_CASE("a member is known from when it is heard of until it leaves", "[unit]") {
  GroupHistory history;
  history.introduced("a", "librdkafka", "2.3.0");
  CHECK(history.find("a") == nullptr);
  history.heard("a", at(10));
  history.introduced("a", "librdkafka", "2.3.0");
  history.heard("a", at(20));
  REQUIRE(history.find("a") != nullptr);
  CHECK(history.find("a")->when == at(20));
  CHECK(history.find("a")->software_name == "librdkafka");
  history.left("a");
  CHECK(history.find("a") == nullptr);
}
