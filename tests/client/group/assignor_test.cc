#include "client/group/assignor.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "client/group/sticky_assignor.h"
#include "common/base/random.h"
#include "tests/support/catch.h"

using namespace leat;

namespace {

SubscribedMember member(std::string id, std::vector<std::string> topics,
                        TopicPartitions owned = {}, std::int32_t generation = -1) {
  SubscribedMember m;
  m.id = std::move(id);
  m.topics = std::move(topics);
  m.owned = std::move(owned);
  m.generation = generation;
  return m;
}

// "a: t0-0 t0-1; b: t0-2"
std::string text(const GroupAssignment& assignment) {
  std::string out;
  for (const auto& [id, partitions] : assignment) {
    out += (out.empty() ? "" : "; ") + id + ":";
    for (const TopicPartition& p : partitions) out += " " + p.topic + "-" + std::to_string(p.partition);
  }
  return out;
}

// "a: 0 1; b:" of topic t
GroupAssignment parse(std::string_view line) {
  GroupAssignment out;
  std::istringstream words{std::string(line)};
  std::string id;
  for (std::string word; words >> word;) {
    if (word.find(':') != std::string::npos) out[id = word.substr(0, word.find(':'))];
    else out[id].emplace_back("t", std::stoi(word));
  }
  return out;
}

TopicPartitions parts(const std::string& topic, std::initializer_list<std::int32_t> numbers) {
  TopicPartitions out;
  for (const std::int32_t n : numbers) out.emplace_back(topic, n);
  return out;
}

std::size_t total(const TopicSizes& topics) {
  std::size_t n = 0;
  for (const auto& [topic, size] : topics) n += static_cast<std::size_t>(size);
  return n;
}

// Every partition once; sizes differ by one at most.
void require_balanced(const GroupAssignment& assignment, const TopicSizes& topics) {
  std::set<TopicPartition> seen;
  std::size_t least = ~std::size_t{0}, most = 0, count = 0;
  for (const auto& [id, partitions] : assignment) {
    seen.insert(partitions.begin(), partitions.end());
    count += partitions.size();
    least = std::min(least, partitions.size());
    most = std::max(most, partitions.size());
  }
  INFO(text(assignment));
  REQUIRE(count == total(topics));
  REQUIRE(seen.size() == count);
  REQUIRE(most <= least + 1);
}

std::size_t moved(const std::vector<SubscribedMember>& before, const GroupAssignment& after) {
  std::size_t n = 0;
  for (const SubscribedMember& m : before)
    for (const TopicPartition& p : m.owned) {
      const auto it = after.find(m.id);
      if (it == after.end() || !std::binary_search(it->second.begin(), it->second.end(), p)) ++n;
    }
  return n;
}

}  // namespace

// The examples are those of the Java client's documentation and tests (RangeAssignor,
// RoundRobinAssignor, AbstractStickyAssignor).

TEST_CASE("range gives neighbours, the first members one more, and the same numbers of each topic",
          "[unit]") {
  const std::vector<SubscribedMember> two{member("C0", {"t0", "t1"}), member("C1", {"t0", "t1"})};
  CHECK(text(assign(Assignor::kRange, two, {{"t0", 3}, {"t1", 3}})) ==
        "C0: t0-0 t0-1 t1-0 t1-1; C1: t0-2 t1-2");
  CHECK(text(assign(Assignor::kRange, two, {{"t0", 1}})) == "C0: t0-0; C1:");
  const std::vector<SubscribedMember> mixed{member("c1", {"t1"}), member("c2", {"t1", "t2"}),
                                            member("c3", {"t1"})};
  CHECK(text(assign(Assignor::kRange, mixed, {{"t1", 3}, {"t2", 2}})) ==
        "c1: t1-0; c2: t1-1 t2-0 t2-1; c3: t1-2");
}

TEST_CASE("range and round-robin put static members first, by their names", "[unit]") {
  std::vector<SubscribedMember> three{member("a", {"t"}), member("b", {"t"}), member("c", {"t"})};
  three[1].instance_id = "z";
  three[2].instance_id = "y";
  CHECK(text(assign(Assignor::kRange, three, {{"t", 3}})) == "a: t-2; b: t-1; c: t-0");
  CHECK(text(assign(Assignor::kRoundRobin, three, {{"t", 4}})) == "a: t-2; b: t-1; c: t-0 t-3");
}

TEST_CASE("round-robin goes on with the next member where a topic ends", "[unit]") {
  const std::vector<SubscribedMember> two{member("C0", {"t0", "t1"}), member("C1", {"t0", "t1"})};
  CHECK(text(assign(Assignor::kRoundRobin, two, {{"t0", 3}, {"t1", 3}})) ==
        "C0: t0-0 t0-2 t1-1; C1: t0-1 t1-0 t1-2");
  const std::vector<SubscribedMember> unequal{
      member("C0", {"t0"}), member("C1", {"t0", "t1"}), member("C2", {"t0", "t1", "t2"})};
  CHECK(text(assign(Assignor::kRoundRobin, unequal, {{"t0", 1}, {"t1", 2}, {"t2", 3}})) ==
        "C0: t0-0; C1: t1-0; C2: t1-1 t2-0 t2-1 t2-2");
}

TEST_CASE("no assignor gives what does not exist or nobody wants", "[unit]") {
  const std::vector<SubscribedMember> one{member("a", {"gone", "t"}, parts("gone", {0}), 1)};
  for (const Assignor assignor :
       {Assignor::kRange, Assignor::kRoundRobin, Assignor::kCooperativeSticky}) {
    CHECK(text(assign(assignor, one, {{"t", 1}, {"other", 4}})) == "a: t-0");
    CHECK(text(assign(assignor, one, {})) == "a:");
  }
}

TEST_CASE("sticky spreads evenly from nothing, in order of topic and number", "[unit]") {
  const std::vector<SubscribedMember> two{member("c1", {"t0", "t1"}), member("c2", {"t0", "t1"})};
  CHECK(text(assign_sticky(two, {{"t0", 3}, {"t1", 3}})) ==
        "c1: t0-0 t0-2 t1-1; c2: t0-1 t1-0 t1-2");
  CHECK(text(assign_sticky({member("c1", {"t"}), member("c2", {"t"}), member("c3", {"t"})},
                           {{"t", 2}})) == "c1: t-0; c2: t-1; c3:");
}

TEST_CASE("sticky: a new member takes from those with most, and nothing else moves", "[unit]") {
  const std::vector<SubscribedMember> three{member("c1", {"t"}, parts("t", {0, 2, 4}), 1),
                                            member("c2", {"t"}, parts("t", {1, 3, 5}), 1),
                                            member("c3", {"t"})};
  const GroupAssignment after = assign_sticky(three, {{"t", 6}});
  CHECK(text(after) == "c1: t-0 t-2; c2: t-1 t-3; c3: t-4 t-5");
  // Cooperative: who gets them waits until they were given up, and then gets them.
  CHECK(text(assign(Assignor::kCooperativeSticky, three, {{"t", 6}})) ==
        "c1: t-0 t-2; c2: t-1 t-3; c3:");
  const std::vector<SubscribedMember> second{member("c1", {"t"}, parts("t", {0, 2}), 2),
                                             member("c2", {"t"}, parts("t", {1, 3}), 2),
                                             member("c3", {"t"}, {}, 2)};
  CHECK(text(assign(Assignor::kCooperativeSticky, second, {{"t", 6}})) ==
        "c1: t-0 t-2; c2: t-1 t-3; c3: t-4 t-5");
}

TEST_CASE("sticky: what a member leaves behind is shared, and nothing else moves", "[unit]") {
  const std::vector<SubscribedMember> two{member("c1", {"t"}, parts("t", {0, 2}), 3),
                                          member("c3", {"t"}, parts("t", {4}), 3)};
  CHECK(text(assign(Assignor::kCooperativeSticky, two, {{"t", 5}})) ==
        "c1: t-0 t-2 t-3; c3: t-1 t-4");
}

TEST_CASE("sticky: the newer generation owns what two claim, and nobody where both are of one",
          "[unit]") {
  const std::vector<SubscribedMember> stale{member("c1", {"t"}, parts("t", {0, 1}), 4),
                                            member("c2", {"t"}, parts("t", {1, 2}), 5)};
  CHECK(text(assign_sticky(stale, {{"t", 4}})) == "c1: t-0 t-3; c2: t-1 t-2");
  const std::vector<SubscribedMember> both{member("c1", {"t"}, parts("t", {0}), 5),
                                           member("c2", {"t"}, parts("t", {0, 1}), 5)};
  require_balanced(assign_sticky(both, {{"t", 2}}), {{"t", 2}});
}

TEST_CASE("sticky with unequal subscriptions gives topics to their subscribers, evenly", "[unit]") {
  const std::vector<SubscribedMember> unequal{
      member("C0", {"t0"}), member("C1", {"t0", "t1"}), member("C2", {"t0", "t1", "t2"})};
  CHECK(text(assign_sticky(unequal, {{"t0", 1}, {"t1", 2}, {"t2", 3}})) ==
        "C0: t0-0; C1: t1-0 t1-1; C2: t2-0 t2-1 t2-2");
  // c2 has too much and can give some of t1 to c1.
  const std::vector<SubscribedMember> skewed{
      member("c1", {"t1"}), member("c2", {"t1", "t2"}, parts("t1", {0, 1, 2, 3}), 1)};
  const GroupAssignment after = assign_sticky(skewed, {{"t1", 4}, {"t2", 2}});
  CHECK(after.at("c1").size() == 3);
  CHECK(after.at("c2").size() == 3);
}

TEST_CASE("cooperative-sticky gives what Apache Kafka 4.3.1 gives, from any state of one topic",
          "[unit]") {
  struct Known {
    std::int32_t partitions;
    std::string_view owned;  // "m0: 1 2; m1:"
    std::string_view assigned;
  };
  // Printed by org.apache.kafka.clients.consumer.CooperativeStickyAssignor.
  constexpr Known kKnown[] = {
      {6, "m0:; m1: 2; m2:; m3: 4; m4:",
       "m0: 0; m1: 2 5; m2: 1; m3: 4; m4: 3"},
      {4, "m0: 0",
       "m0: 0 1 2 3"},
      {11, "m0: 9 10; m1: 0 1; m2:; m3: 4 6; m4: 8; m5: 5",
       "m0: 9 10; m1: 0 1; m2: 2; m3: 4 6; m4: 3 8; m5: 5 7"},
      {13, "m0: 1 5 10",
       "m0: 0 1 2 3 4 5 6 7 8 9 10 11 12"},
      {16, "m0:; m1: 9; m2: 5; m3: 0 13; m4: 1 2 3 10",
       "m0: 4 11 15; m1: 6 9 12; m2: 5 7 14; m3: 0 8 13; m4: 1 2 3 10"},
      {5, "m0: 2",
       "m0: 0 1 2 3 4"},
      {18, "m0: 11; m1: 2 9 10; m2: 1 7; m3: 4; m4: 12 14 15; m5: 3 8 13",
       "m0: 0 11 16; m1: 2 9 10; m2: 1 5 7; m3: 4 6 17; m4: 12 14 15; m5: 3 8 13"},
      {18, "m0: 1 4 5 7 8; m1: 13; m2: 9 11; m3: 0 3 6",
       "m0: 1 4 5 7 8; m1: 2 13 14 16; m2: 9 10 11 15; m3: 0 3 6 12 17"},
      {12, "m0: 4; m1: 5 11; m2: 2 7 8 10",
       "m0: 0 3 4 9; m1: 1 5 6 11; m2: 2 7 8 10"},
      {19, "m0: 0 1 18; m1: 14; m2: 8; m3: 11; m4: 2 3 4 5 9 17; m5: 6 13",
       "m0: 0 1 18; m1: 7 14 15; m2: 8 16; m3: 10 11; m4: 2 3 4 5; m5: 6 12 13"},
      {9, "m0: 3; m1: 0; m2: 8; m3: 1 5; m4: 2",
       "m0: 3 4; m1: 0 6; m2: 7 8; m3: 1 5; m4: 2"},
      {12, "m0: 0 11; m1: 3 8",
       "m0: 0 1 4 6 9 11; m1: 2 3 5 7 8 10"},
      {4, "m0: 0; m1: 2 3; m2:; m3: 1; m4:; m5:",
       "m0: 0; m1: 2; m2:; m3: 1; m4:; m5:"},
      {11, "m0:; m1: 1 2 6; m2:",
       "m0: 0 4 7 10; m1: 1 2 6 9; m2: 3 5 8"},
      {3, "m0:; m1: 0",
       "m0: 1; m1: 0 2"},
      {13, "m0: 1 3",
       "m0: 0 1 2 3 4 5 6 7 8 9 10 11 12"},
      {3, "m0: 0; m1:; m2:",
       "m0: 0; m1: 1; m2: 2"},
      {1, "m0: 0; m1:; m2:",
       "m0: 0; m1:; m2:"},
  };
  for (const Known& known : kKnown) {
    INFO(known.owned);
    std::vector<SubscribedMember> members;
    for (auto& [id, partitions] : parse(known.owned))
      members.push_back(member(id, {"t"}, partitions, 3));
    const TopicSizes topics{{"t", known.partitions}};
    CHECK(assign(Assignor::kCooperativeSticky, members, topics) == parse(known.assigned));
  }
}

TEST_CASE("sticky stays balanced, and moves no more than it must, through random changes",
          "[unit]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    TopicSizes topics;
    std::vector<std::string> names;
    for (std::uint64_t i = 0, n = 1 + random.below(4); i < n; ++i) {
      names.push_back("t" + std::to_string(i));
      topics[names.back()] = static_cast<std::int32_t>(1 + random.below(20));
    }
    std::vector<SubscribedMember> members;
    for (std::uint64_t i = 0, n = 1 + random.below(9); i < n; ++i)
      members.push_back(member("m" + std::to_string(i), names));
    for (std::int32_t generation = 0; generation < 4; ++generation) {
      const GroupAssignment assignment = assign_sticky(members, topics);
      require_balanced(assignment, topics);
      for (SubscribedMember& m : members) {
        m.owned = assignment.at(m.id);
        m.generation = generation;
      }
      REQUIRE(moved(members, assign_sticky(members, topics)) == 0);
      const std::size_t count = members.size();
      members.push_back(member("n" + std::to_string(generation), names));
      // The newcomer's share is all that has to move.
      const std::size_t share = total(topics) / (count + 1) + 1;
      REQUIRE(moved(members, assign_sticky(members, topics)) <= share);
    }
  }
}

TEST_CASE("cooperative assignment never gives a partition that somebody else still has, and two "
          "rounds hand everything out",
          "[unit]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const TopicSizes topics{{"a", static_cast<std::int32_t>(1 + random.below(12))},
                            {"b", static_cast<std::int32_t>(1 + random.below(12))}};
    std::vector<SubscribedMember> members;
    for (std::uint64_t i = 0, n = 1 + random.below(6); i < n; ++i)
      members.push_back(member("m" + std::to_string(i), {"a", "b"}));
    for (const auto& [topic, size] : topics)
      for (std::int32_t p = 0; p < size; ++p)
        members[random.below(members.size())].owned.emplace_back(topic, p);
    members.push_back(member("new", {"a", "b"}));
    const GroupAssignment first = assign(Assignor::kCooperativeSticky, members, topics);
    for (const SubscribedMember& m : members)
      for (const TopicPartition& p : m.owned)
        for (const auto& [id, partitions] : first)
          if (id != m.id) REQUIRE(std::count(partitions.begin(), partitions.end(), p) == 0);
    for (SubscribedMember& m : members) m.owned = first.at(m.id);
    require_balanced(assign(Assignor::kCooperativeSticky, members, topics), topics);
  }
}
