// Runs the power-cut simulation on a storage library in which one line was changed. Success is that a
// rule breaks, and that it is one of those named on the command line.
#include <cstdlib>
#include <string_view>

#include "common/base/log.h"
#include "tests/sim/log_world.h"

using namespace leat;
using namespace leat::storage;

int main(int argc, char** argv) {
  constexpr std::uint64_t kMaxSeeds = 1000;
  set_log_level(LogLevel::kError);
  leat::sim::StateSet states;
  for (std::uint64_t seed = 1; seed <= kMaxSeeds; ++seed) {
    WorldOptions options;
    options.seed = seed;
    const WorldResult result = LogWorld(options, states).run();
    if (!result.violation) continue;
    const std::string_view broken = name_of(result.violation->invariant);
    bool expected = false;
    for (int i = 1; i < argc; ++i) expected |= broken == argv[i];
    fmt::print("{}: seed {}: {}: {}\n{}\n", expected ? "caught" : "caught by another rule", seed,
               broken, result.violation->detail, result.where);
    return expected ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  fmt::print("not caught in {} seeds\n", kMaxSeeds);
  return EXIT_FAILURE;
}
