#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "common/base/log.h"
#include "common/base/mutex.h"
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

void add(const WorldResult& one, WorldResult& total) {
  total.images += one.images;
  for (const auto& [site, row] : one.cells)
    for (std::size_t i = 0; i < row.size(); ++i) total.cells[site][i] += row[i];
}

// Worlds of one seed after the other, on all cores, until one fails, the seeds are used up, the time
// is, or so many distinct states have been seen. About 14 bytes of memory for each of these.
class Campaign {
 public:
  struct Limits {
    std::uint64_t first_seed = 1;
    std::uint64_t end_seed = 0;
    std::size_t states = 0;
    std::chrono::seconds time;
  };
  explicit Campaign(const Limits& limits)
      : limits_(limits), deadline_(std::chrono::steady_clock::now() + limits.time),
        next_(limits.first_seed) {}

  void run() {
    std::vector<std::thread> threads;
    for (unsigned i = std::max(2u, std::thread::hardware_concurrency()); i > 0; --i)
      threads.emplace_back([this] { run_worlds(); });
    for (std::thread& thread : threads) thread.join();
  }
  // After run().
  WorldResult total() const {
    MutexLock lock(mutex_);
    return total_;
  }
  std::size_t states() const { return states_.size(); }
  std::uint64_t last_seed() const { return std::min(next_.load(), limits_.end_seed) - 1; }

 private:
  bool goes_on() const {
    return !stop_ && states_.size() < limits_.states &&
           std::chrono::steady_clock::now() < deadline_;
  }
  void run_worlds() {
    while (goes_on()) {
      WorldOptions options;
      options.seed = next_++;
      if (options.seed >= limits_.end_seed) return;
      const WorldResult result = LogWorld(options, states_).run();
      MutexLock lock(mutex_);
      add(result, total_);
      if (!result.violation) continue;
      stop_ = true;
      if (total_.violation) continue;
      total_.violation = result.violation;
      total_.where = fmt::format("LEAT_SIM_SEED={} LEAT_SIM_SEEDS=1: {}", options.seed, result.where);
    }
  }

  const Limits limits_;
  const std::chrono::steady_clock::time_point deadline_;
  std::atomic<std::uint64_t> next_;
  std::atomic<bool> stop_ = false;
  sim::StateSet states_;
  mutable Mutex mutex_;
  WorldResult total_ LEAT_GUARDED_BY(mutex_);
};

constexpr std::size_t kColumns = std::tuple_size_v<WorldResult::Row>;

std::string_view column_name(std::size_t column) {
  constexpr std::string_view kBeyond[] = {"P9", "P10"};
  return column < std::size(kAllPowerModels) ? name_of(kAllPowerModels[column]).substr(0, 2)
                                             : kBeyond[column - std::size(kAllPowerModels)];
}

// Every call that changes the disk, by the kind of file. A power cut comes before each of them, by
// every model; which of them recovery makes too (P9), and which are syncs whose failure is final
// (P10), is said here.
struct Site {
  std::string_view name;
  bool in_recovery;
  bool may_fail;
};
constexpr Site kSites[] = {
    {"append .log", false, false},
    {"append .torn", true, false},
    {"append leat-checkpoint", false, false},
    {"append leat-checkpoint.tmp", true, false},
    {"make_directory partition", false, false},
    {"open .index", true, false},
    {"open .log", false, false},
    {"open .timeindex", true, false},
    {"open .torn", true, false},
    {"open leat-checkpoint.tmp", true, false},
    {"remove .index", true, false},
    {"remove .index.deleted", false, false},
    {"remove .log", true, false},
    {"remove .log.deleted", false, false},
    {"remove .snapshot", true, false},
    {"remove .snapshot.deleted", false, false},
    {"remove .timeindex", true, false},
    {"remove .timeindex.deleted", false, false},
    {"remove .txnindex", true, false},
    {"remove .txnindex.deleted", false, false},
    {"remove leat-checkpoint.tmp", true, false},
    {"rename .index", true, false},
    {"rename .log", true, false},
    {"rename .snapshot", true, false},
    {"rename .timeindex", true, false},
    {"rename .txnindex", true, false},
    {"rename leat-checkpoint.tmp", true, false},
    {"sync .index", false, true},
    {"sync .log", true, true},
    {"sync .timeindex", false, true},
    {"sync leat-checkpoint", true, true},
    {"sync leat-checkpoint.tmp", true, true},
    {"sync_all data", true, true},
    {"sync_directory data", true, true},
    {"sync_directory parent", true, true},
    {"sync_directory partition", true, true},
    {"truncate .index", true, false},
    {"truncate .log", true, false},
    {"truncate .timeindex", true, false},
    {"write_at .index", true, false},
    {"write_at .log", true, false},
    {"write_at .timeindex", true, false},
};

// A copy of torn bytes that a crash in an earlier recovery had begun.
constexpr std::string_view kSeldom = "truncate .torn";

bool applies(const Site& site, std::size_t column) {
  if (column_name(column) == "P10") return site.may_fail;
  return column_name(column) != "P9" || site.in_recovery;
}

const Site* find_site(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kSites), std::end(kSites),
                                         [&](const Site& site) { return site.name == name; });
  return found == std::end(kSites) ? nullptr : found;
}

void print_cells(const WorldResult& total) {
  fmt::print("{:>29}", "before");
  for (std::size_t column = 0; column < kColumns; ++column) fmt::print(" {:>8}", column_name(column));
  fmt::print("\n");
  for (const auto& [name, row] : total.cells) {
    const Site* const site = find_site(name);
    fmt::print("{:>29}", name);
    for (std::size_t column = 0; column < kColumns; ++column)
      fmt::print(" {:>8}", site == nullptr || applies(*site, column) ? fmt::format("{}", row[column]) : "-");
    fmt::print("\n");
  }
}

void check_cells(const WorldResult& total) {
  for (const auto& [name, row] : total.cells) {
    if (name == kSeldom) continue;
    INFO("kSites does not list '" << name << "'");
    CHECK(find_site(name) != nullptr);
  }
  for (const Site& site : kSites) {
    const auto found = total.cells.find(std::string(site.name));
    for (std::size_t column = 0; column < kColumns; ++column) {
      INFO(site.name << " x " << column_name(column));
      const std::uint64_t tried = found == total.cells.end() ? 0 : found->second[column];
      CHECK((tried > 0) == applies(site, column));
    }
  }
}

}  // namespace

// LEAT_SIM_SEED and LEAT_SIM_SEEDS choose the seeds, LEAT_SIM_STATES how many states are enough,
// LEAT_SIM_TIME_S how much time, LEAT_SIM_VERBOSE shows what happens.
TEST_CASE("no power cut loses, invents or changes what was acknowledged", "[sim]") {
  set_log_level(std::getenv("LEAT_SIM_VERBOSE") ? LogLevel::kInfo : LogLevel::kError);
  const bool seeds_chosen = std::getenv("LEAT_SIM_SEEDS") != nullptr;
  const bool time_chosen = std::getenv("LEAT_SIM_TIME_S") != nullptr;
  Campaign::Limits limits;
  limits.first_seed = from_environment("LEAT_SIM_SEED", 1);
  limits.states = from_environment("LEAT_SIM_STATES", seeds_chosen ? ~std::size_t{0} : kStates);
  limits.time = std::chrono::seconds(from_environment("LEAT_SIM_TIME_S", 1'000'000));
  const std::uint64_t seeds =
      from_environment("LEAT_SIM_SEEDS", sim::by_budget(std::uint64_t{1} << 40, std::uint64_t{4}));
  limits.end_seed = limits.first_seed + seeds;
  Campaign campaign(limits);
  campaign.run();
  set_log_level(LogLevel::kInfo);
  const WorldResult total = campaign.total();
  fmt::print("{} distinct states, {} disks recovered, seeds {}..{}\n", campaign.states(), total.images,
             limits.first_seed, campaign.last_seed());
  INFO(total.where);
  if (total.violation) FAIL(name_of(total.violation->invariant) << ": " << total.violation->detail);
  print_cells(total);
  if (seeds_chosen || sim::short_budget()) return;
  if (!time_chosen) CHECK(campaign.states() >= limits.states);
  if (campaign.states() >= kStates) check_cells(total);
}
