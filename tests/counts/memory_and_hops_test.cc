#include <fmt/format.h>

#include <thread>

#include "common/base/thread_hops.h"
#include "tests/counts/counted_calls.h"
#include "tests/counts/workload.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"

namespace leat::counts {
namespace {

// The timers of the broker run meanwhile; what they cost is less than a hundredth per request.
constexpr std::size_t kWarmUp = 200, kRequests = 2000;

TEST_CASE("A request allocates, copies and changes threads no more than it needs to", "[counts]") {
  do_not_count_this_thread();
  for (const Workload& workload : workloads()) {
    test::BrokerFixture broker;
    Client client(workload, broker.port());
    client.run(kWarmUp);
    const MemoryCalls before = memory_calls();
    const std::uint64_t hops_before = thread_hops;
    client.run(kRequests);
    const MemoryCalls after = memory_calls();
    const auto per_request = [](std::uint64_t from, std::uint64_t to) {
      return static_cast<double>(to - from) / double{kRequests};
    };
    const double allocations = per_request(before.allocations, after.allocations);
    const double copied = per_request(before.copied_bytes, after.copied_bytes);
    const double hops = per_request(hops_before, thread_hops);
    fmt::print("{:<24} {:6.2f} allocations ({:.0f} bytes), {:.0f} bytes copied, {:.2f} hops\n",
               workload.name, allocations,
               per_request(before.allocated_bytes, after.allocated_bytes), copied, hops);
    INFO(workload.name);
    CHECK(allocations <= workload.limits.allocations);
    CHECK(copied <= workload.limits.copied_bytes);
    CHECK(hops <= workload.limits.thread_hops);
  }
}

TEST_CASE("Allocations, copies and hops are seen by their counters", "[counts]") {
  // On a thread of its own: the one of the tests may have opted out.
  MemoryCalls seen;
  std::thread([&seen] {
    const MemoryCalls before = memory_calls();
    const std::string text(1000, 'x');
    std::string copy = text;
    copy.append(text);
    const MemoryCalls after = memory_calls();
    seen = {after.allocations - before.allocations, after.allocated_bytes - before.allocated_bytes,
            after.copied_bytes - before.copied_bytes};
  }).join();
  CHECK(seen.allocations == 3);
  CHECK(seen.allocated_bytes >= 4000);
  CHECK(seen.copied_bytes >= 2000);
}

}  // namespace
}  // namespace leat::counts
