// The group state machine under random interleavings of requests, time-outs, disconnects and
// restarts: see GroupWorld for the rules. LEAT_SIM_RUNS: how many seeds.
#include <cstdlib>

#include "tests/sim/budget.h"
#include "tests/sim/group_world.h"
#include "tests/support/catch.h"

namespace leat::topics {
namespace {

int runs() {
  const char* wanted = std::getenv("LEAT_SIM_RUNS");
  return wanted != nullptr ? std::atoi(wanted) : sim::by_budget(300, 30);
}

}  // namespace

TEST_CASE("a group keeps its promises whatever happens in whatever order", "[sim]") {
  std::set<std::uint64_t> visited;
  for (int seed = 1; seed <= runs(); ++seed) {
    GroupWorld world(static_cast<std::uint64_t>(seed), GroupMutant::kNone);
    INFO("seed " << seed);
    REQUIRE(world.run(600) == "");
    visited.insert(world.visited().begin(), world.visited().end());
  }
  WARN("states visited: " << visited.size());
  CHECK(visited.size() > sim::by_budget(500u, 100u));
}

TEST_CASE("every planted bug of a group is caught", "[sim]") {
  for (int m = 1; m < static_cast<int>(GroupMutant::kCount); ++m) {
    std::string caught;
    int seed = 0;
    while (caught.empty() && ++seed <= 200) {
      caught = GroupWorld(static_cast<std::uint64_t>(seed), static_cast<GroupMutant>(m)).run(600);
    }
    INFO("mutant " << m);
    CHECK(caught != "");
  }
}

}  // namespace leat::topics
