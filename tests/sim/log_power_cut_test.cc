#include <cstdlib>
#include <thread>

#include "common/base/log.h"
#include "tests/sim/budget.h"
#include "tests/sim/log_world.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::storage;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// The worlds of every second seed, one after the other, until one fails.
struct Campaign {
  std::uint64_t first;
  std::uint64_t end;
  absl::flat_hash_set<std::uint64_t> states;
  WorldResult total;
  std::uint64_t failed_seed = 0;

  void run() {
    for (std::uint64_t seed = first; seed < end; seed += 2) {
      WorldOptions options;
      options.seed = seed;
      const WorldResult result = LogWorld(options, states).run();
      total.images += result.images;
      for (std::size_t i = 0; i < total.cells.size(); ++i)
        for (std::size_t j = 0; j < total.cells[i].size(); ++j)
          total.cells[i][j] += result.cells[i][j];
      if (!result.violation) continue;
      total.violation = result.violation;
      total.where = result.where;
      failed_seed = seed;
      return;
    }
  }
};

void print_cells(const WorldResult& a, const WorldResult& b) {
  fmt::print("{:>16}", "call");
  for (const PowerModel model : kAllPowerModels) fmt::print(" {:>8}", name_of(model).substr(0, 2));
  fmt::print("\n");
  for (std::size_t call = 0; call < a.cells.size(); ++call) {
    if (a.cells[call][0] + b.cells[call][0] == 0) continue;
    fmt::print("{:>16}", name_of(static_cast<SimCall>(call)));
    for (std::size_t model = 0; model < a.cells[call].size(); ++model)
      fmt::print(" {:>8}", a.cells[call][model] + b.cells[call][model]);
    fmt::print("\n");
  }
}

}  // namespace

// LEAT_SIM_SEED and LEAT_SIM_SEEDS choose the seeds, LEAT_SIM_VERBOSE shows one.
TEST_CASE("no power cut loses, invents or changes what was acknowledged", "[sim]") {
  set_log_level(std::getenv("LEAT_SIM_VERBOSE") ? LogLevel::kInfo : LogLevel::kError);
  const std::uint64_t first = from_environment("LEAT_SIM_SEED", 1);
  const std::uint64_t end = first + from_environment("LEAT_SIM_SEEDS", sim::by_budget(60u, 4u));
  Campaign even{first, end, {}, {}, 0};
  Campaign odd{first + 1, end, {}, {}, 0};
  std::thread other([&] { odd.run(); });
  even.run();
  other.join();
  set_log_level(LogLevel::kInfo);
  for (const Campaign* campaign : {&even, &odd}) {
    INFO("seed " << campaign->failed_seed << ": " << campaign->total.where);
    if (const auto& violation = campaign->total.violation)
      FAIL(name_of(violation->invariant) << ": " << violation->detail);
  }
  even.states.merge(odd.states);
  fmt::print("{} distinct states, {} disks recovered, seeds {}..{}\n", even.states.size(),
             even.total.images + odd.total.images, first, end - 1);
  print_cells(even.total, odd.total);
  CHECK(even.states.size() > 1000);
}
