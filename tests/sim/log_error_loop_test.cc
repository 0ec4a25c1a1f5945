// SQLite's way with errors: the same workload again and again, each time with another call failing,
// once or from then on. Whatever fails, what was acknowledged is there after a restart and after a
// power cut, and an append that failed left nothing behind. Here a file system's calls fail; in
// syscall_error_loop_test.cc those of the kernel.
#include <set>

#include "common/base/log.h"
#include "tests/sim/budget.h"
#include "tests/sim/compaction_error_workload.h"
#include "tests/sim/error_workload.h"
#include "tests/support/catch.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

constexpr const char* kRoot = "/d";

struct Failure {
  std::string_view name;
  Status (*make)();
};
const Failure kFailures[] = {
    {"EIO", [] { return io_error("Input/output error"); }},
    {"ENOSPC", [] { return disk_full("No space left on device"); }},
    {"EMFILE", [] { return resource_exhausted("Too many open files"); }},
};

std::unique_ptr<SimFileSystem> empty_disk() {
  auto fs = std::make_unique<SimFileSystem>();
  REQUIRE(fs->make_directory(kRoot).ok());
  REQUIRE(fs->sync_directory("/").ok());
  return fs;
}

// "append .log"
std::string site_of(const SimOperation& operation) {
  const std::string& path = operation.path;
  const auto name = path.rfind('/') + 1;
  const auto dot = path.find('.', name);
  return fmt::format("{} {}", name_of(operation.call),
                     path.substr(dot == path.npos ? name : dot));
}

template <class Workload>
void check_one(std::uint64_t index, const Failure& failure, bool sticky,
               std::set<std::string>& sites) {
  const auto disk = empty_disk();
  const std::uint64_t first = disk->calls();
  std::string site;
  disk->set_hook([&](const SimOperation& operation) {
    const std::uint64_t call = operation.index - first;
    if (call != index && !(sticky && call > index)) return Status();
    if (site.empty()) site = site_of(operation);
    return failure.make();
  });
  std::optional<Workload> workload(std::in_place, *disk, kRoot);
  workload->run();
  const auto oracle = workload->oracle();
  std::optional<Violation> violation = workload->violation();
  workload.reset();
  disk->set_hook(nullptr);
  sites.insert(site);
  if (!violation) violation = Workload::check(*disk->kill(), kRoot, oracle);
  for (const PowerModel model : {PowerModel::kOnlySynced, PowerModel::kAnySubset})
    if (!violation) violation = Workload::check(*disk->crash(model, index), kRoot, oracle);
  INFO("call " << index << " (" << site << ") fails with " << failure.name
               << (sticky ? " from then on" : " once"));
  if (violation) FAIL_CHECK(name_of(violation->invariant) << ": " << violation->detail);
}

template <class Workload>
void fail_every_call() {
  set_log_level(LogLevel::kError);
  const auto disk = empty_disk();
  const std::uint64_t first = disk->calls();
  std::set<std::string> all_sites;
  disk->set_hook([&](const SimOperation& operation) {
    all_sites.insert(site_of(operation));
    return Status();
  });
  {
    Workload workload(*disk, kRoot);
    REQUIRE(workload.run());
    REQUIRE_FALSE(workload.violation());
  }
  const std::uint64_t calls = disk->calls() - first;
  const std::uint64_t step = sim::by_budget(1u, 7u);
  std::set<std::string> sites;
  for (const Failure& failure : kFailures)
    for (const bool sticky : {false, true})
      for (std::uint64_t index = 0; index < calls; index += step)
        check_one<Workload>(index, failure, sticky, sites);
  fmt::print("{} file system calls of {} sites, each failed in {} ways\n", calls, sites.size(),
             2 * std::size(kFailures));
  for (const std::string& site : all_sites) {
    INFO(site << " was never made to fail");
    CHECK((step > 1 || sites.contains(site)));
  }
  set_log_level(LogLevel::kInfo);
}

}  // namespace

TEST_CASE("whatever call fails, nothing acknowledged is lost and nothing failed is kept", "[sim]") {
  fail_every_call<ErrorWorkload>();
}

TEST_CASE("whatever call fails, a compacted log keeps the newest record of every key", "[sim]") {
  fail_every_call<CompactionErrorWorkload>();
}

TEST_CASE("the workload of the error loops compacts", "[sim]") {
  const auto disk = empty_disk();
  CompactionErrorWorkload workload(*disk, kRoot);
  REQUIRE(workload.run());
  CHECK(workload.replaced() >= 4);
}
