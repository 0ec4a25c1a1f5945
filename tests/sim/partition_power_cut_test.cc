#include <cstdlib>
#include <iostream>

#include "common/base/log.h"
#include "tests/sim/budget.h"
#include "tests/sim/partition_world.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::sim;

namespace {

constexpr int kSteps = 120;

std::uint64_t first_seed() {
  const char* given = std::getenv("LEAT_SEED");
  return given ? std::strtoull(given, nullptr, 10) : 1;
}

int worlds() {
  return by_budget(40, 1);
}

struct Quiet {
  Quiet() { set_log_level(LogLevel::kError); }
  ~Quiet() { set_log_level(LogLevel::kInfo); }
};

// The promise that a planted bug breaks first, over a few seeds.
std::optional<Promise> caught(const PartitionBugs& bugs) {
  Quiet quiet;
  absl::flat_hash_set<std::uint64_t> states;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    if (auto report = run_partition_world(seed, kSteps, bugs, states); report.broken) {
      return report.broken->promise;
    }
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("no power cut takes back what was acknowledged, shown or deduplicated", "[sim]") {
  Quiet quiet;
  absl::flat_hash_set<std::uint64_t> states;
  std::uint64_t images = 0;
  for (std::uint64_t seed = first_seed(); seed < first_seed() + static_cast<std::uint64_t>(worlds());
       ++seed) {
    const WorldReport report = run_partition_world(seed, kSteps, {}, states);
    images += report.images;
    INFO("seed " << seed << " (LEAT_SEED=" << seed << ")");
    if (report.broken) {
      INFO(name_of(report.broken->promise) << ": " << report.broken->detail);
      FAIL();
    }
  }
  std::cout << "partition power cuts: seeds from " << first_seed() << ", " << images << " disks, "
            << states.size() << " distinct\n";
  CHECK(states.size() > by_budget(1000u, 100u));
}

TEST_CASE("an acknowledgement before the sync is caught as a lost acknowledged batch", "[sim]") {
  PartitionBugs bugs;
  bugs.ack_at_append = true;
  const auto promise = caught(bugs);
  REQUIRE(promise);
  const bool lost =
      *promise == Promise::kAcknowledgedIsThere || *promise == Promise::kReadIsNotTakenBack;
  CHECK(lost);
}

TEST_CASE("a checkpoint that forgets producers is caught as an unrecognised retry", "[sim]") {
  PartitionBugs bugs;
  bugs.forget_producers = true;
  CHECK(caught(bugs) == Promise::kRetryIsRecognised);
}

TEST_CASE("a checkpoint that keeps one batch per producer is caught as an unrecognised retry",
          "[sim]") {
  PartitionBugs bugs;
  bugs.window_of_one = true;
  CHECK(caught(bugs) == Promise::kRetryIsRecognised);
}

TEST_CASE("a topic answered before it is stable is caught when it is gone", "[sim]") {
  PartitionBugs bugs;
  bugs.create_without_sync = true;
  CHECK(caught(bugs) == Promise::kTopicIsThere);
}

// The next checkpoint then calls durable what only the page cache had.
TEST_CASE("a recovery that trusts what was never synced is caught by a log shorter than its checkpoint",
          "[sim]") {
  PartitionBugs bugs;
  bugs.no_start_sync = true;
  CHECK(caught(bugs) == Promise::kOpens);
}
