#include "broker/api/append_gather.h"

#include "tests/broker/api/produce_fixture.h"

using namespace leat;
using namespace leat::api;

namespace {

struct World : ProduceWorld {
  World() : ProduceWorld("relaxed") {}
};

}  // namespace

TEST_CASE("gathered requests are appended together and answered in their order", "[unit]") {
  World w;
  w.gather.add(w.job({0}));
  w.gather.add(w.job({1, 0}));
  w.gather.add(w.job({0, 1}));
  CHECK(w.end_of(0) == 0);
  CHECK(w.connection->answered.empty());
  CHECK(w.broker.log_writes([&] { w.broker.executor.run_all(); }) == 2);
  CHECK(w.end_of(0) == 3);
  CHECK(w.end_of(1) == 2);
  CHECK(w.connection->answered == std::vector<std::uint64_t>{0, 1, 2});
}

TEST_CASE("what is gathered is run once, by whoever comes first", "[unit]") {
  World w;
  w.gather.add(w.job({0}));
  const auto round = w.gather.round();
  w.gather.run();
  CHECK(w.gather.round() != round);
  CHECK(w.gather.empty());
  CHECK(w.end_of(0) == 1);
  w.gather.add(w.job({0}));
  w.broker.executor.run_all();
  CHECK(w.end_of(0) == 2);
  CHECK(w.connection->answered.size() == 2);
}

TEST_CASE("a request that comes alone is not gathered, but for a look now and then", "[unit]") {
  World w;
  int gathered = 0;
  for (int i = 0; i < 610; ++i) {
    if (!w.gather.wants(/*another=*/false)) continue;
    ++gathered;
    w.gather.add(w.job({0}));
    w.gather.run();
  }
  CHECK(gathered == 10);
}

TEST_CASE("after requests came together the next are gathered, until enough came alone", "[unit]") {
  World w;
  CHECK(w.gather.wants(/*another=*/true));
  w.gather.add(w.job({0}));
  CHECK(w.gather.wants(false));
  w.gather.add(w.job({0}));
  w.gather.run();
  int alone = 0;
  while (w.gather.wants(false) && alone < 100) {
    ++alone;
    w.gather.add(w.job({0}));
    w.gather.run();
  }
  CHECK(alone > 1);
  CHECK(alone < 61);
}

TEST_CASE("acks=0 is not gathered", "[unit]") {
  World w;
  CHECK(w.job({0}).may_be_gathered());
  CHECK_FALSE(w.job({0}, 0).may_be_gathered());
}

TEST_CASE("a faulty batch among those that are gathered is refused alone", "[unit]") {
  World w;
  w.gather.add(w.job({0}));
  ProduceJob bad = w.job({0, 1});
  bad.items[0].verdict.violation = record::Violation::kBadCrc;
  w.gather.add(std::move(bad));
  w.gather.run();
  CHECK(w.end_of(0) == 1);
  CHECK(w.end_of(1) == 1);
  CHECK(w.connection->answered.size() == 2);
}
