#include "client/group/group_consumer.h"

#include <asio/io_context.hpp>

#include "client/spawn.h"
#include "common/record/batch_builder.h"
#include "tests/support/catch.h"
#include "tests/support/run_to_end.h"
#include "tests/support/scripted_group.h"

using namespace leat;
using leat::test::ScriptedCluster;
using leat::test::ScriptedGroup;
using namespace std::chrono_literals;

namespace {

using Fault = ScriptedGroup::Fault;

Bytes batch(std::int64_t offset) {
  record::BatchBuilder builder;
  builder.add(1, std::nullopt, as_bytes(std::string_view("x")), {});
  record::BuildOptions options;
  options.base_offset = Offset(offset);
  return builder.build(options);
}

// A consumer alone in a ScriptedGroup; each fetch below `end` is answered with one record.
class Fixture {
 public:
  Fixture() : group(io), options("g", {"t"}) {
    options.member = ScriptedGroup::member_options();
    options.start = StartAt::beginning();
    options.commit_interval = std::nullopt;
    group.cluster.end = 3;
    group.cluster.on_fetch = [this](const wire::RequestHeader& header,
                                    const FetchRequest& request) -> std::optional<Bytes> {
      fetched = request.topics.front().partitions.front().fetch_offset;
      if (!group.cluster.exists)
        return ScriptedCluster::fetched(header, request, ErrorCode::kUnknownTopicOrPartition);
      if (fetched > group.cluster.end)
        return ScriptedCluster::fetched(header, request, ErrorCode::kOffsetOutOfRange);
      if (fetched == group.cluster.end)
        return ScriptedCluster::fetched(header, request, ErrorCode::kNone);
      return ScriptedCluster::fetched(header, request, ErrorCode::kNone, batch(fetched));
    };
  }

  using Test = std::function<asio::awaitable<void>(GroupConsumer&)>;
  void run(Test test) {
    run_to_end(io, group.cluster, [&]() -> asio::awaitable<void> {
      ClientOptions client_options = group.cluster.options();
      client_options.request_timeout = request_timeout;
      const auto client = Client::make(io.get_executor(), client_options);
      {
        GroupConsumer consumer(client, options);
        co_await test(consumer);
      }
      client->close();
    });
  }
  // Takes what comes until `count` records came; the offset behind the last one.
  asio::awaitable<std::int64_t> take(GroupConsumer& consumer, int count) {
    std::int64_t next = -1;
    while (count-- > 0) {
      const auto records = co_await consumer.next(30s);
      INFO(records.error().describe());
      REQUIRE((records.ok() && records->has_value()));
      next = (*records)->next_offset();
      consumer.done(**records);
    }
    co_return next;
  }
  template <class Request>
  std::size_t place_of_last() const {
    for (std::size_t i = group.asked.size(); i-- > 0;)
      if (group.asked[i] == Request::kKey) return i;
    FAIL("it never came");
    return 0;
  }

  asio::io_context io;
  ScriptedGroup group;
  GroupConsumerOptions options;
  Duration request_timeout = ClientOptions().request_timeout;
  std::int64_t fetched = -1;
};

}  // namespace

TEST_CASE("a consumer begins where its group stands, and at `start` where it never was", "[unit]") {
  Fixture f;
  const bool known = GENERATE(true, false);
  if (known) f.group.committed[0] = 2;
  f.group.faults[OffsetFetchRequest::kKey] = {ErrorCode::kCoordinatorLoadInProgress,
                                              ErrorCode::kNotCoordinator, Fault::cut()};
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    const auto records = co_await consumer.next(30s);
    REQUIRE((records.ok() && records->has_value()));
    CHECK((*records)->next_offset() == (known ? 3 : 1));
  });
  // Not where a transaction that is still open would put it.
  CHECK(f.group.offset_fetches.front().require_stable);
}

TEST_CASE("close() commits what is done, then leaves", "[unit]") {
  Fixture f;
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    const std::int64_t next = co_await f.take(consumer, 2);
    CHECK(next == 2);
    CHECK(f.group.commits.empty());
    const Error error = co_await consumer.close();
    CHECK(error.ok());
    CHECK(f.group.committed[0] == 2);
    CHECK(f.place_of_last<OffsetCommitRequest>() < f.place_of_last<LeaveGroupRequest>());
  });
}

TEST_CASE("dropped without close() a consumer stops like a crash: no commit, no goodbye", "[unit]") {
  Fixture f;
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    const std::int64_t next = co_await f.take(consumer, 2);
    CHECK(next == 2);
  });
  CHECK(f.group.commits.empty());
  CHECK(std::count(f.group.asked.begin(), f.group.asked.end(), LeaveGroupRequest::kKey) == 0);
}

TEST_CASE("a rebalance waits until what is in hand is done, commits it and only then joins",
          "[unit]") {
  Fixture f;
  std::string order;
  f.options.handlers.revoked = [&](TopicPartitions) -> asio::awaitable<void> {
    order += fmt::format("revoked after {} commits ", f.group.commits.size());
    co_return;
  };
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    auto records = co_await consumer.next(30s);
    REQUIRE((records.ok() && records->has_value()));
    f.group.rebalance = true;
    for (const int until = f.group.heartbeats + 3; f.group.heartbeats < until;)
      co_await consumer.member()->changed().wait();
    CHECK(f.group.generation == 1);
    CHECK(order.empty());
    consumer.done(**records);
    const std::int64_t next = co_await f.take(consumer, 1);
    CHECK(next == 2);
    CHECK(order == "revoked after 0 commits ");
    CHECK(f.group.committed[0] == 1);
    CHECK(f.group.generation == 2);
    CHECK(f.place_of_last<OffsetCommitRequest>() < f.place_of_last<JoinGroupRequest>());
  });
}

TEST_CASE("what is lost is not committed, and what was in hand of it is not either", "[unit]") {
  Fixture f;
  bool lost = false;
  f.options.handlers.lost = [&](TopicPartitions) -> asio::awaitable<void> {
    lost = true;
    co_return;
  };
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    auto records = co_await consumer.next(30s);
    REQUIRE((records.ok() && records->has_value()));
    f.group.faults[HeartbeatRequest::kKey] = {ErrorCode::kUnknownMemberId};
    while (!lost) co_await consumer.member()->changed().wait();
    // Others have it meanwhile, and went further.
    f.group.committed[0] = 2;
    consumer.done(**records);
    const std::int64_t next = co_await f.take(consumer, 1);
    CHECK(next == 3);
    const Error error = co_await consumer.commit();
    CHECK(error.ok());
    CHECK(f.group.commits.size() == 1);
    CHECK(f.group.committed[0] == 3);
  });
}

TEST_CASE("what stops the member ends next() with the reason", "[unit]") {
  Fixture f;
  f.group.cluster.end = 0;
  f.group.faults[HeartbeatRequest::kKey] = {ErrorCode::kFencedInstanceId};
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    const auto records = co_await consumer.next(30s);
    CHECK(records.error().is(ErrorCode::kFencedInstanceId));
    const Error error = co_await consumer.close();
    CHECK(error.is(ErrorCode::kFencedInstanceId));
  });
}

TEST_CASE("commits made beside the work are tried again with the next ones", "[unit]") {
  Fixture f;
  f.options.commit_interval = 1ms;
  f.group.faults[OffsetCommitRequest::kKey] = {ErrorCode::kGroupAuthorizationFailed,
                                               ErrorCode::kRebalanceInProgress, Fault::cut()};
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    co_await f.take(consumer, 3);
    while (f.group.committed[0] < 3) {
      const auto none = co_await consumer.next(5ms);
      REQUIRE(none.ok());
    }
    const Error error = co_await consumer.close();
    CHECK(error.ok());
  });
}

TEST_CASE("a topic that is deleted ends nothing; made anew it is read and committed from its start",
          "[unit]") {
  Fixture f;
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    co_await f.take(consumer, 3);
    f.group.cluster.exists = false;
    while (!consumer.member()->state().owned().empty()) {
      const auto none = co_await consumer.next(5ms);
      INFO(none.error().describe());
      REQUIRE((none.ok() && !none->has_value()));
    }
    f.group.committed.clear();
    f.group.cluster.exists = true;
    const std::int64_t next = co_await f.take(consumer, 1);
    CHECK(next == 1);
    const Error error = co_await consumer.close();
    CHECK(error.ok());
    CHECK(f.group.committed[0] == 1);
  });
}

TEST_CASE("a topic made anew between two looks is committed from its start too", "[unit]") {
  Fixture f;
  f.options.member.topic_check_interval = 1h;
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    co_await f.take(consumer, 3);
    Error error = co_await consumer.commit();
    CHECK(f.group.committed[0] == 3);
    // From here on the next fetch, of record 3, is out of range.
    f.group.cluster.end = 2;
    const std::int64_t next = co_await f.take(consumer, 1);
    CHECK(next == 1);
    error = co_await consumer.commit();
    CHECK(error.ok());
    CHECK(f.group.committed[0] == 1);
  });
}

TEST_CASE("a bounded consumer is not finished between two assignments", "[unit]") {
  Fixture f;
  f.options.bounded = true;
  f.options.plan = [](std::vector<CommittedOffset> committed)
      -> asio::awaitable<Result<std::vector<Assignment>>> {
    std::vector<Assignment> assignments;
    for (const CommittedOffset& offset : committed)
      assignments.emplace_back(offset.partition.topic, offset.partition.partition,
                               StartAt::offset(std::max<std::int64_t>(offset.offset, 0)), 3);
    co_return assignments;
  };
  const bool lost = GENERATE(true, false);
  // The next assignment is a while in coming.
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    co_await f.take(consumer, 1);
    const Error error = co_await consumer.commit();
    REQUIRE(error.ok());
    f.group.faults[SyncGroupRequest::kKey].assign(5, ErrorCode::kCoordinatorLoadInProgress);
    if (lost) f.group.faults[HeartbeatRequest::kKey] = {ErrorCode::kUnknownMemberId};
    else f.group.rebalance = true;
    while (!consumer.member()->state().owned().empty())
      co_await consumer.member()->changed().wait();
    CHECK_FALSE(consumer.finished());
    const std::int64_t next = co_await f.take(consumer, 2);
    CHECK(next == 3);
    CHECK(consumer.finished());
  });
}

TEST_CASE("a member that does not lead reads the partitions that its topic got, as soon as they are "
          "there",
          "[unit]") {
  Fixture f;
  f.group.told = TopicPartitions{TopicPartition("t", 0)};
  // The broker that is asked may learn of the partition later than the leader.
  const bool late = GENERATE(true, false);
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    co_await f.take(consumer, 3);
    f.group.told->emplace_back("t", 1);
    f.group.rebalance = true;
    if (!late) f.group.cluster.partitions = 2;
    const int looks = f.group.cluster.metadata_requests + 3;
    for (std::int32_t read = 0; read == 0;) {
      const auto records = co_await consumer.next(1ms);
      INFO(records.error().describe());
      REQUIRE(records.ok());
      if (*records) read = (*records)->partition();
      if (f.group.cluster.metadata_requests >= looks) f.group.cluster.partitions = 2;
    }
  });
}

TEST_CASE("a commit that is retried never moves to a later place in the group", "[unit]") {
  Fixture f;
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    co_await f.take(consumer, 1);
    f.group.faults[OffsetCommitRequest::kKey].assign(20, ErrorCode::kCoordinatorLoadInProgress);
    f.group.faults[HeartbeatRequest::kKey] = {ErrorCode::kUnknownMemberId};
    const Error error = co_await consumer.commit();
    CHECK(error.is(ErrorCode::kIllegalGeneration));
    CHECK(f.group.generation == 2);
    CHECK(f.group.committed.empty());
    for (const OffsetCommitRequest& commit : f.group.commits) {
      CHECK(commit.generation_id_or_member_epoch == 1);
      CHECK(commit.member_id == "m");
    }
  });
}

TEST_CASE("records of a topic that was made anew since are not committed against the new one",
          "[unit]") {
  Fixture f;
  f.options.member.topic_check_interval = 1h;
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    co_await f.take(consumer, 1);
    // The second record in hand, the third fetched ahead.
    auto records = co_await consumer.next(30s);
    REQUIRE((records.ok() && records->has_value()));
    CHECK((*records)->next_offset() == 2);
    while (f.fetched < 3) co_await consumer.member()->changed().wait();
    // From here on the next fetch, of record 3, is out of range.
    f.group.cluster.end = 1;
    while (f.fetched != 1) co_await consumer.member()->changed().wait();
    consumer.done(**records);
    Error error = co_await consumer.commit();
    CHECK(error.ok());
    CHECK(f.group.commits.empty());
    const std::int64_t next = co_await f.take(consumer, 1);
    CHECK(next == 1);
    error = co_await consumer.commit();
    CHECK(error.ok());
    CHECK(f.group.committed[0] == 1);
  });
}

TEST_CASE("what the coordinator does not know is not committed: it is tried again", "[unit]") {
  Fixture f;
  f.group.faults[OffsetCommitRequest::kKey] = {ErrorCode::kUnknownTopicOrPartition};
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    co_await f.take(consumer, 3);
    Error error = co_await consumer.commit();
    CHECK(error.is(ErrorCode::kUnknownTopicOrPartition));
    CHECK(f.group.committed.empty());
    // Not at once: most often the topic was deleted.
    error = co_await consumer.commit();
    CHECK(error.ok());
    CHECK(f.group.commits.size() == 1);
    error = co_await consumer.close();
    CHECK(error.ok());
    CHECK(f.group.committed[0] == 3);
  });
}

TEST_CASE("a commit that is answered after the topic was made anew says nothing of the new one",
          "[unit]") {
  Fixture f;
  f.options.member.topic_check_interval = 1h;
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    co_await f.take(consumer, 3);
    f.group.faults[OffsetCommitRequest::kKey].assign(20, ErrorCode::kCoordinatorLoadInProgress);
    bool answered = false;
    auto commit = [&]() -> asio::awaitable<void> {
      const Error error = co_await consumer.commit();
      CHECK(error.ok());
      answered = true;
    };
    spawn(f.io.get_executor(), commit());
    while (f.group.commits.empty()) co_await consumer.member()->changed().wait();
    f.group.cluster.end = 2;
    const std::int64_t next = co_await f.take(consumer, 1);
    CHECK(next == 1);
    CHECK_FALSE(answered);
    while (!answered) co_await consumer.member()->changed().wait();
    CHECK(f.group.committed[0] == 3);
    const Error error = co_await consumer.commit();
    CHECK(error.ok());
    CHECK(f.group.committed[0] == 1);
  });
}

TEST_CASE("a group reads the partitions that have a leader, and the others once they have one",
          "[unit]") {
  Fixture f;
  f.request_timeout = 300ms;
  f.group.cluster.partitions = 2;
  f.group.cluster.offline = {1};
  // A plan that fails for all where it fails for one.
  const bool planned = GENERATE(false, true);
  if (planned)
    f.options.plan = [&](std::vector<CommittedOffset> committed)
        -> asio::awaitable<Result<std::vector<Assignment>>> {
      std::vector<Assignment> assignments;
      for (const CommittedOffset& offset : committed) {
        if (f.group.cluster.offline.contains(offset.partition.partition))
          co_return Error::kafka(wire_code(ErrorCode::kLeaderNotAvailable));
        assignments.emplace_back("t", offset.partition.partition, StartAt::beginning());
      }
      co_return assignments;
    };
  f.run([&](GroupConsumer& consumer) -> asio::awaitable<void> {
    for (const std::int32_t p : {0, 0, 0, 1, 1, 1}) {
      const auto records = co_await consumer.next(30s);
      INFO(records.error().describe());
      REQUIRE((records.ok() && records->has_value()));
      CHECK((*records)->partition() == p);
      consumer.done(**records);
      if (p == 0 && (*records)->next_offset() == 3) f.group.cluster.offline.clear();
    }
    const Error error = co_await consumer.close();
    CHECK(error.ok());
    CHECK(f.group.committed == std::map<std::int32_t, std::int64_t>{{0, 3}, {1, 3}});
  });
}
