#include "broker/api/pending_produces.h"

#include "tests/broker/api/produce_fixture.h"

using namespace leat;
using namespace leat::api;
using std::chrono::milliseconds;
using Codes = std::vector<ErrorCode>;
using Slots = std::vector<std::uint64_t>;

namespace {

struct World : ProduceWorld {
  World() : ProduceWorld("commit") {}
  void add(const std::vector<std::size_t>& to, int timeout_ms = 30'000,
           std::int32_t sequence = -1) {
    ProduceJob made = job(to, /*acks=*/-1, sequence);
    made.timeout_ms = timeout_ms;
    gather.add(std::move(made));
  }
  void flush() {
    CHECK(broker.gate->flush_once());
    broker.executor.run_all();
  }
  // Lets time pass; whoever's time is over is answered.
  void pass(int ms) {
    clock.advance(milliseconds(ms));
    broker.executor.run_timers(clock.monotonic());
  }
};

}  // namespace

TEST_CASE("requests that were appended together are answered when they are stable, in their order",
          "[unit]") {
  World w;
  w.add({0});
  w.add({1, 0});
  w.add({0, 1});
  w.broker.executor.run_all();
  CHECK(w.end_of(0) == 3);
  CHECK(w.connection->answered.empty());
  w.flush();
  CHECK(w.connection->answered == Slots{0, 1, 2});
  for (const std::uint64_t slot : {1u, 2u})
    CHECK(w.codes_of(slot) == Codes{ErrorCode::kNone, ErrorCode::kNone});
  // Nobody's time comes any more.
  CHECK(w.broker.executor.timers() == 0);
}

TEST_CASE(
    "a retry of what is stable does not wait for what is new, nor is the new answered with it",
    "[unit]") {
  for (const bool retry_first : {true, false}) {
    World w;
    w.add({0}, 30'000, 0);
    w.broker.executor.run_all();
    w.flush();
    w.add({0}, 30'000, retry_first ? 0 : 1);
    w.add({0}, 30'000, retry_first ? 1 : 0);
    w.broker.executor.run_all();
    const std::uint64_t retry = retry_first ? 1 : 2, fresh = 3 - retry;
    CHECK(w.connection->answered == Slots{0, retry});
    CHECK(w.codes_of(retry) == Codes{ErrorCode::kNone});
    w.flush();
    CHECK(w.connection->answered == Slots{0, retry, fresh});
    CHECK(w.codes_of(fresh) == Codes{ErrorCode::kNone});
  }
}

TEST_CASE("what is stable when the time of its request is over is not refused", "[unit]") {
  World w;
  w.add({0}, 100);
  w.broker.executor.run_all();
  CHECK(w.broker.gate->flush_once());  // the wake-up is on its way
  w.pass(100);
  CHECK(w.codes_of(0) == Codes{ErrorCode::kNone});
  w.broker.executor.run_all();
  CHECK(w.connection->answered == Slots{0});
}

TEST_CASE("time refuses only the parts of a request that nothing became of yet", "[unit]") {
  World w;
  w.add({0, 1}, 100);
  w.broker.executor.run_all();
  REQUIRE(w.broker.catalog->remove("a").ok());
  w.broker.executor.run_all();
  CHECK(w.connection->answered.empty());
  w.pass(100);
  CHECK(w.codes_of(0) == Codes{ErrorCode::kUnknownTopicOrPartition, ErrorCode::kRequestTimedOut});
  w.flush();
  CHECK(w.connection->answered == Slots{0});
}

TEST_CASE("a request that is alone is answered when it is stable, too", "[unit]") {
  World w;
  w.job({0}, -1).append_and_answer();
  CHECK(w.connection->answered.empty());
  w.flush();
  CHECK(w.connection->answered == Slots{0});
}

TEST_CASE("each request has its own time, and what becomes stable later is answered once",
          "[unit]") {
  World w;
  w.add({0, 1}, 1000);
  w.add({0}, 100);
  w.add({1}, 5000);
  w.broker.executor.run_all();
  w.pass(99);
  CHECK(w.connection->answered.empty());
  w.pass(1);
  CHECK(w.connection->answered == Slots{1});
  CHECK(w.codes_of(1) == Codes{ErrorCode::kRequestTimedOut});
  w.pass(900);
  CHECK(w.connection->answered == Slots{1, 0});
  CHECK(w.codes_of(0) == Codes(2, ErrorCode::kRequestTimedOut));
  w.flush();
  CHECK(w.connection->answered == Slots{1, 0, 2});
  CHECK(w.codes_of(2) == Codes{ErrorCode::kNone});
}

TEST_CASE("a partition that is deleted meanwhile answers for itself alone", "[unit]") {
  World w;
  w.add({0, 1});
  w.add({1});
  w.broker.executor.run_all();
  REQUIRE(w.broker.catalog->remove("a").ok());
  w.flush();
  CHECK(w.connection->answered == Slots{0, 1});
  CHECK(w.codes_of(0) == Codes{ErrorCode::kUnknownTopicOrPartition, ErrorCode::kNone});
  CHECK(w.codes_of(1) == Codes{ErrorCode::kNone});
}

TEST_CASE("a refused batch does not keep the others of its request from waiting", "[unit]") {
  World w;
  ProduceJob mixed = w.job({0, 1}, -1);
  mixed.items[0].verdict.violation = record::Violation::kBadCrc;
  w.gather.add(std::move(mixed));
  w.broker.executor.run_all();
  CHECK(w.connection->answered.empty());
  w.flush();
  CHECK(w.codes_of(0) == Codes{ErrorCode::kCorruptMessage, ErrorCode::kNone});
}
