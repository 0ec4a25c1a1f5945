#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "common/base/log.h"
#include "tests/sim/compaction_world.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::sim;

namespace {

struct Quiet {
  Quiet() { set_log_level(LogLevel::kError); }
  ~Quiet() { set_log_level(LogLevel::kInfo); }
};

std::uint64_t first_seed() {
  const char* given = std::getenv("LEAT_SEED");
  return given ? std::strtoull(given, nullptr, 10) : 1;
}

std::uint64_t worlds() {
  const char* budget = std::getenv("LEAT_SIM_BUDGET");
  return budget && std::string_view(budget) == "short" ? 2 : 10;
}

// The promise that a planted bug breaks first, over a few seeds.
std::optional<CompactionPromise> caught(CompactionBug bug) {
  Quiet quiet;
  absl::flat_hash_set<std::uint64_t> states;
  for (std::uint64_t seed = 1; seed <= 12; ++seed)
    if (const auto report = run_compaction_world(seed, bug, states); report.broken)
      return report.broken->promise;
  return std::nullopt;
}

}  // namespace

TEST_CASE("no power cut inside a compaction breaks a promise", "[sim]") {
  Quiet quiet;
  absl::flat_hash_set<std::uint64_t> states;
  std::uint64_t images = 0;
  for (std::uint64_t seed = first_seed(); seed < first_seed() + worlds(); ++seed) {
    const auto report = run_compaction_world(seed, CompactionBug::kNone, states);
    images += report.images;
    INFO("seed " << seed << " (LEAT_SEED=" << seed << ")");
    if (report.broken) FAIL(name_of(report.broken->promise) << ": " << report.broken->detail);
  }
  std::cout << "compaction power cuts: seeds from " << first_seed() << ", " << images << " disks, "
            << states.size() << " distinct\n";
  CHECK(states.size() > 1000);
}

TEST_CASE("every bug planted in compaction is caught by the promise it breaks", "[sim]") {
  using enum CompactionPromise;
  struct Row {
    CompactionBug bug;
    std::vector<CompactionPromise> breaks;  // any of them first
  };
  const Row row = GENERATE(values<Row>({
      {CompactionBug::kDecideBeforeSync, {kNewestIsThere, kOpens, kEndStays}},
      {CompactionBug::kDecideUnsynced, {kNewestIsThere, kOpens, kNothingLeftOver}},
      {CompactionBug::kNoDecision, {kNewestIsThere, kOpens}},
      {CompactionBug::kSwapUnsynced, {kNewestIsThere, kOpens}},
      {CompactionBug::kRecoveryRemovesFirst, {kNewestIsThere, kOpens}},
      {CompactionBug::kRecoveryForgetsSwap, {kNewestIsThere, kOpens}},
      {CompactionBug::kForgetProducers, {kRetryIsRecognised}},
      {CompactionBug::kTombstonesAtOnce, {kTombstoneStays}},
      {CompactionBug::kBeyondTheCheckpoint, {kRetryIsRecognised}},
      {CompactionBug::kNeverCompacts, {kOldIsGone}},
  }));
  const auto promise = caught(row.bug);
  INFO(name_of(row.bug) << " broke " << (promise ? name_of(*promise) : "nothing"));
  REQUIRE(promise);
  CHECK(std::find(row.breaks.begin(), row.breaks.end(), *promise) != row.breaks.end());
}
