#include <fmt/format.h>

#include "tests/counts/traced_broker.h"
#include "tests/counts/workload.h"
#include "tests/support/catch.h"

namespace leat::counts {
namespace {

constexpr std::size_t kFew = 200, kMany = 1200;

std::map<std::string, Calls> calls_of(const Workload& workload, std::size_t requests) {
  TracedBroker broker;
  {
    Client client(workload, broker.port());
    client.run(requests);
  }
  return broker.stop();
}

double per_request(std::uint64_t few, std::uint64_t many) {
  return (static_cast<double>(many) - static_cast<double>(few)) / double{kMany - kFew};
}

// From the difference of two brokers' lives, so that starting, warming up and ending cancel out.
// What the timers do meanwhile remains; it is a few calls a second.
TEST_CASE("A request makes no more system calls than it needs to", "[counts]") {
  for (const Workload& workload : workloads()) {
    auto few = calls_of(workload, kFew);
    double done = 0, failed = 0;
    std::string each;
    for (const auto& [name, calls] : calls_of(workload, kMany)) {
      const double more = per_request(few[name].done, calls.done);
      done += more;
      failed += per_request(few[name].failed, calls.failed);
      if (more >= 0.05) each += fmt::format("{}{} {:.2f}", each.empty() ? "" : ", ", name, more);
    }
    fmt::print("{:<24} {:6.2f} system calls ({}), {:.2f} failed\n", workload.name, done, each,
               failed);
    INFO(workload.name << ": " << each);
    CHECK(done <= workload.limits.system_calls);
    CHECK(failed <= workload.limits.failed_calls);
  }
}

}  // namespace
}  // namespace leat::counts
