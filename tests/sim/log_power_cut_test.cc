#include <cstdlib>

#include "common/base/log.h"
#include "tests/sim/log_world.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::storage;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void print_cells(const WorldResult& total) {
  fmt::print("{:>16}", "call");
  for (const PowerModel model : kAllPowerModels) fmt::print(" {:>8}", name_of(model).substr(0, 2));
  fmt::print("\n");
  for (std::size_t call = 0; call < total.cells.size(); ++call) {
    std::uint64_t sum = 0;
    for (const std::uint64_t cell : total.cells[call]) sum += cell;
    if (sum == 0) continue;
    fmt::print("{:>16}", name_of(static_cast<SimCall>(call)));
    for (const std::uint64_t cell : total.cells[call]) fmt::print(" {:>8}", cell);
    fmt::print("\n");
  }
}

}  // namespace

// LEAT_SIM_SEED and LEAT_SIM_SEEDS choose the seeds.
TEST_CASE("no power cut loses, invents or changes what was acknowledged", "[sim]") {
  set_log_level(std::getenv("LEAT_SIM_VERBOSE") ? LogLevel::kInfo : LogLevel::kError);
  const std::uint64_t first = from_environment("LEAT_SIM_SEED", 1);
  const std::uint64_t count = from_environment("LEAT_SIM_SEEDS", 60);
  absl::flat_hash_set<std::uint64_t> states;
  WorldResult total;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    WorldOptions options;
    options.seed = seed;
    const WorldResult result = LogWorld(options, states).run();
    INFO("seed " << seed << ": " << result.where);
    if (result.violation) FAIL(name_of(result.violation->invariant) << ": " << result.violation->detail);
    total.images += result.images;
    for (std::size_t i = 0; i < total.cells.size(); ++i)
      for (std::size_t j = 0; j < total.cells[i].size(); ++j) total.cells[i][j] += result.cells[i][j];
  }
  fmt::print("{} distinct states, {} disks recovered, seeds {}..{}\n", states.size(), total.images,
             first, first + count - 1);
  print_cells(total);
  CHECK(states.size() > 1000);
}
