// The error loops on a real directory: every system call of the workload fails in every way, once and
// from then on.
#include <cerrno>
#include <filesystem>
#include <set>

#include "broker/storage/posix_file_system.h"
#include "common/base/log.h"
#include "tests/broker/storage/scratch_directory.h"
#include "tests/sim/budget.h"
#include "tests/sim/compaction_error_workload.h"
#include "tests/sim/error_workload.h"
#include "tests/sim/syscall_faults.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::storage;
using sim::ArmedFault;
using sim::SyscallFault;

namespace {

struct Failure {
  std::string_view name;
  int error;
};
constexpr Failure kFailures[] = {
    {"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT},
    {"EINTR", EINTR},   {"half", SyscallFault::kShort},
    {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}, {"EROFS", EROFS}};

// Nobody above may notice that the kernel was interrupted, or did a part.
bool must_be_unnoticed(const Failure& failure, const std::string& call) {
  if (failure.error == SyscallFault::kShort) return true;
  const bool is_repeated = call == "open" || call == "pread" || call == "pwritev" || call == "ftruncate";
  return failure.error == EINTR && is_repeated;
}

// In memory if there is such a place: what a real disk does with thousands of syncs is not the point.
std::filesystem::path scratch_place() {
  return std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
}

std::string fresh_directory(const ScratchDirectory& scratch) {
  const std::string root = scratch.path() + "/d";
  std::filesystem::remove_all(root);
  std::filesystem::create_directory(root);
  return root;
}

// Returns the name of the call that failed.
template <class Workload>
std::string check_one(const ScratchDirectory& scratch, const SyscallFault& fault,
                      const Failure& failure) {
  const std::string root = fresh_directory(scratch);
  PosixFileSystem fs;
  std::string call;
  bool went_on = false;
  std::optional<Workload> workload(std::in_place, fs, root);
  {
    ArmedFault armed(fault);
    went_on = workload->run();
    call = armed.struck();
  }
  const auto oracle = workload->oracle();
  std::optional<Violation> violation = workload->violation();
  workload.reset();
  if (!violation) violation = Workload::check(fs, root, oracle);
  INFO("call " << fault.index << " (" << call << ") fails with " << failure.name
               << (fault.sticky ? " from then on" : " once"));
  if (violation) FAIL_CHECK(name_of(violation->invariant) << ": " << violation->detail);
  const bool unnoticed = fault.sticky && failure.error == EINTR ? false : must_be_unnoticed(failure, call);
  if (unnoticed && !went_on) FAIL_CHECK("the workload noticed it");
  return call;
}

template <class Workload>
void fail_every_call() {
  set_log_level(LogLevel::kError);
  ScratchDirectory scratch(scratch_place());
  std::uint64_t calls = 0;
  std::set<std::string> all;
  {
    PosixFileSystem fs;
    Workload workload(fs, fresh_directory(scratch));
    ArmedFault counting({});
    REQUIRE(workload.run());
    calls = counting.calls();
    all = counting.seen();
  }
  const std::uint64_t step = sim::by_budget(1u, 11u);
  std::uint64_t runs = 0;
  std::set<std::string> struck;
  for (const Failure& failure : kFailures) {
    for (const bool sticky : {false, true}) {
      for (std::uint64_t index = 0; index < calls; index += step, ++runs)
        struck.insert(check_one<Workload>(scratch, {index, failure.error, sticky}, failure));
    }
  }
  fmt::print("{} system calls of {} kinds, {} runs with one failing\n", calls, all.size(), runs);
  for (const std::string& call : all) {
    INFO(call << " was never made to fail");
    CHECK((step > 1 || struck.contains(call)));
  }
  set_log_level(LogLevel::kInfo);
}

}  // namespace

TEST_CASE("whatever system call fails, nothing acknowledged is lost and nothing failed is kept",
          "[sim]") {
  fail_every_call<ErrorWorkload>();
}

TEST_CASE("whatever system call fails, a compacted log keeps the newest record of every key",
          "[sim]") {
  fail_every_call<CompactionErrorWorkload>();
}
