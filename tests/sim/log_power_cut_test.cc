#include <atomic>
#include <cstdlib>
#include <thread>

#include "common/base/log.h"
#include "tests/sim/budget.h"
#include "tests/sim/log_world.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::storage;

namespace {

// What the normal budget must have looked at.
constexpr std::size_t kStates = 1'000'000;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Worlds of one seed after the other, on two threads, until one fails, the seeds are used up, or so
// many distinct states have been seen.
class Campaign {
 public:
  Campaign(std::uint64_t first, std::uint64_t end, std::size_t enough)
      : next_(first), end_(end), enough_(enough) {}

  void run() {
    std::thread other([this] { run_worlds(second_); });
    run_worlds(first_);
    other.join();
    first_.images += second_.images;
    for (std::size_t i = 0; i < first_.cells.size(); ++i)
      for (std::size_t j = 0; j < first_.cells[i].size(); ++j)
        first_.cells[i][j] += second_.cells[i][j];
    if (!first_.violation) {
      first_.violation = second_.violation;
      first_.where = second_.where;
    }
  }
  const WorldResult& total() const { return first_; }
  std::size_t states() const { return states_.size(); }
  std::uint64_t next_seed() const { return next_; }

 private:
  void run_worlds(WorldResult& total) {
    while (!stop_ && states_.size() < enough_) {
      WorldOptions options;
      options.seed = next_++;
      if (options.seed >= end_) return;
      const WorldResult result = LogWorld(options, states_).run();
      total.images += result.images;
      for (std::size_t i = 0; i < total.cells.size(); ++i)
        for (std::size_t j = 0; j < total.cells[i].size(); ++j)
          total.cells[i][j] += result.cells[i][j];
      if (!result.violation) continue;
      total.violation = result.violation;
      total.where = fmt::format("LEAT_SIM_SEED={} LEAT_SIM_SEEDS=1: {}", options.seed, result.where);
      stop_ = true;
    }
  }

  std::atomic<std::uint64_t> next_;
  const std::uint64_t end_;
  const std::size_t enough_;
  std::atomic<bool> stop_ = false;
  sim::StateSet states_;
  WorldResult first_;
  WorldResult second_;
};

constexpr std::size_t kColumns = std::tuple_size_v<decltype(WorldResult::cells)::value_type>;

std::string_view column_name(std::size_t column) {
  constexpr std::string_view kBeyond[] = {"P9", "P10"};
  return column < std::size(kAllPowerModels) ? name_of(kAllPowerModels[column]).substr(0, 2)
                                             : kBeyond[column - std::size(kAllPowerModels)];
}

// Which cells mean something: a sync can fail, and only some calls belong to a recovery.
bool applies(SimCall call, std::size_t column) {
  const bool syncs = call == SimCall::kSync || call == SimCall::kSyncDirectory || call == SimCall::kSyncAll;
  if (column_name(column) == "P10") return syncs;
  if (column_name(column) == "P9") return call != SimCall::kMakeDirectory;
  return true;
}

constexpr SimCall kCalls[] = {SimCall::kOpen,    SimCall::kRename,        SimCall::kRemove,
                              SimCall::kWriteAt, SimCall::kMakeDirectory, SimCall::kSyncDirectory,
                              SimCall::kSyncAll, SimCall::kAppend,        SimCall::kTruncate,
                              SimCall::kSync};

void print_cells(const WorldResult& total) {
  fmt::print("{:>16}", "before");
  for (std::size_t column = 0; column < kColumns; ++column) fmt::print(" {:>8}", column_name(column));
  fmt::print("\n");
  for (const SimCall call : kCalls) {
    fmt::print("{:>16}", name_of(call));
    for (std::size_t column = 0; column < kColumns; ++column) {
      const std::uint64_t cell = total.cells[static_cast<std::size_t>(call)][column];
      fmt::print(" {:>8}", applies(call, column) ? fmt::format("{}", cell) : "-");
    }
    fmt::print("\n");
  }
}

}  // namespace

// LEAT_SIM_SEED and LEAT_SIM_SEEDS choose the seeds, LEAT_SIM_VERBOSE shows what happens.
TEST_CASE("no power cut loses, invents or changes what was acknowledged", "[sim]") {
  set_log_level(std::getenv("LEAT_SIM_VERBOSE") ? LogLevel::kInfo : LogLevel::kError);
  const std::uint64_t first = from_environment("LEAT_SIM_SEED", 1);
  const bool chosen = std::getenv("LEAT_SIM_SEEDS") != nullptr;
  const std::uint64_t seeds = from_environment("LEAT_SIM_SEEDS", sim::by_budget(10'000u, 4u));
  Campaign campaign(first, first + seeds, chosen ? ~std::size_t{0} : kStates);
  campaign.run();
  set_log_level(LogLevel::kInfo);
  const WorldResult& total = campaign.total();
  INFO(total.where);
  if (total.violation) FAIL(name_of(total.violation->invariant) << ": " << total.violation->detail);
  fmt::print("{} distinct states, {} disks recovered, seeds {}..{}\n", campaign.states(), total.images,
             first, std::min(campaign.next_seed(), first + seeds) - 1);
  print_cells(total);
  if (chosen || sim::short_budget()) return;
  CHECK(campaign.states() >= kStates);
  for (const SimCall call : kCalls) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      INFO(name_of(call) << " x " << column_name(column) << " was never tried");
      CHECK((!applies(call, column) || total.cells[static_cast<std::size_t>(call)][column] > 0));
    }
  }
}
