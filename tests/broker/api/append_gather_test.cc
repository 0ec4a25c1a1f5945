#include "broker/api/append_gather.h"

#include "common/protocol/messages/00_produce.h"
#include "common/record/batch_validate.h"
#include "tests/broker/topics/partition_fixture.h"

using namespace leat;
using namespace leat::api;
using storage::SimFileSystem;
using topics::PartitionFixture;

namespace {

// A connection that keeps the slots of its answers, in order.
class FakeConnection final : public Connection {
 public:
  explicit FakeConnection(SimExecutor& executor) : executor_(executor) {}
  Executor& executor() override { return executor_; }
  const Endpoint& advertised() const override { return endpoint_; }
  ClientInfo& client() override { return info_; }
  bool closed() const override { return false; }
  void reply(std::uint64_t slot, Payload) override { answered.push_back(slot); }
  void close(std::string_view) override { FAIL("closed"); }
  void hold() override {}
  void release() override {}
  void park(std::uint64_t, Task) override {}
  void unpark(std::uint64_t) override {}

  std::vector<std::uint64_t> answered;

 private:
  SimExecutor& executor_;
  Endpoint endpoint_;
  ClientInfo info_;
};

struct World {
  World() {
    for (const char* name : {"a", "b"}) {
      partitions.push_back(broker.create(name, {{"leat.durability", "relaxed"}}));
      partitions.back()->open_now();
    }
    services.clock = &clock;
  }
  // A request with a batch for each of `to`.
  ProduceJob job(const std::vector<std::size_t>& to, std::int16_t acks = 1) {
    wire::RequestHeader header;
    header.version = 9;
    ProduceJob made(services, Reply(connection, next_slot++, header));
    made.acks = acks;
    auto& topic = made.response.responses.emplace_back();
    for (const std::size_t p : to) {
      batches.push_back(PartitionFixture::batch_of(10));
      ProduceItem& item = made.items.emplace_back();
      item.partition = partitions[p];
      item.options = item.partition->options();
      item.bytes = batches.back();
      item.verdict = record::validate(item.bytes, {});
      item.partition_at = topic.partition_responses.size();
      topic.partition_responses.emplace_back();
    }
    return made;
  }
  std::int64_t end_of(std::size_t p) const { return partitions[p]->ends().end.offset.value(); }

  SimFileSystem disk;
  ManualClock clock;
  PartitionFixture broker{disk, clock};
  std::vector<std::shared_ptr<topics::Partition>> partitions;
  Services services;
  std::shared_ptr<FakeConnection> connection = std::make_shared<FakeConnection>(broker.executor);
  std::deque<Bytes> batches;
  std::uint64_t next_slot = 0;
  AppendGather gather{broker.executor};
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
