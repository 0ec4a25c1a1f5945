#include "client/group/group_member.h"

#include <asio/io_context.hpp>

#include "tests/support/catch.h"
#include "tests/support/run_to_end.h"
#include "tests/support/scripted_group.h"

using namespace leat;
using leat::test::ScriptedGroup;
using namespace std::chrono_literals;

namespace {

using Fault = ScriptedGroup::Fault;

// A member of a ScriptedGroup, and what it was told: "+0,1" assigned, "-0" revoked, "!0" lost.
class Fixture {
 public:
  explicit Fixture(GroupMemberOptions member_options = ScriptedGroup::member_options())
      : group(io), options(std::move(member_options)) {
    group.cluster.partitions = 2;
  }

  using Test = std::function<asio::awaitable<void>()>;
  void run(Test test) {
    run_to_end(io, group.cluster, [&]() -> asio::awaitable<void> {
      const auto client = Client::make(io.get_executor(), group.cluster.options());
      RebalanceHandlers handlers;
      handlers.assigned = teller('+');
      handlers.revoked = teller('-');
      handlers.lost = teller('!');
      member = GroupMember::make(client, options, std::move(handlers));
      member->start();
      co_await test();
      member->close();
      client->close();
    });
  }

  asio::awaitable<void> until(std::function<bool()> condition) {
    const MonotonicTime deadline = system_clock().monotonic() + 30s;
    while (!condition()) {
      REQUIRE(system_clock().monotonic() < deadline);
      co_await member->changed().wait_until(system_clock().monotonic() + 5ms);
    }
  }
  asio::awaitable<void> until_stable() {
    std::function<bool()> stable = [this] { return member->state().is_stable(); };
    co_await until(std::move(stable));
  }
  // Beats again after what happened, so that nothing more follows from it.
  asio::awaitable<void> until_heartbeats(int more) {
    std::function<bool()> beaten = [this, wanted = group.heartbeats + more] {
      return group.heartbeats >= wanted;
    };
    co_await until(std::move(beaten));
  }
  asio::awaitable<void> until_told(std::string wanted) {
    std::function<bool()> heard = [this, wanted] { return told == wanted; };
    co_await until(std::move(heard));
  }
  asio::awaitable<void> until_stopped() {
    std::function<bool()> stopped = [this] { return member->is_stopped(); };
    co_await until(std::move(stopped));
  }
  asio::awaitable<Error> commit() {
    std::vector<CommittedOffset> offsets;
    offsets.emplace_back(TopicPartition("t", 0), 7);
    co_return co_await member->commit(std::move(offsets));
  }
  // Requests of one API.
  template <class Request>
  auto count() const {
    return std::count(group.asked.begin(), group.asked.end(), Request::kKey);
  }

  asio::io_context io;
  ScriptedGroup group;
  GroupMemberOptions options;
  std::shared_ptr<GroupMember> member;
  std::string told;

 private:
  RebalanceHandlers::Handler teller(char what) {
    return [this, what](TopicPartitions partitions) -> asio::awaitable<void> {
      std::vector<std::int32_t> indexes;
      for (const TopicPartition& p : partitions) indexes.push_back(p.partition);
      told += fmt::format("{}{} ", what, fmt::join(indexes, ","));
      co_return;
    };
  }
};

GroupMemberOptions cooperative() {
  GroupMemberOptions options = ScriptedGroup::member_options();
  options.assignors = {Assignor::kCooperativeSticky};
  return options;
}

}  // namespace

TEST_CASE("what may pass while a member joins is met again until it owns its partitions", "[unit]") {
  const std::int16_t api = GENERATE(FindCoordinatorRequest::kKey, JoinGroupRequest::kKey,
                                    SyncGroupRequest::kKey);
  const Fault fault = GENERATE(Fault(ErrorCode::kCoordinatorLoadInProgress),
                               Fault(ErrorCode::kCoordinatorNotAvailable),
                               Fault(ErrorCode::kNotCoordinator), Fault::cut());
  Fixture f;
  f.group.faults[api] = {fault, fault};
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    CHECK(f.told == "+0,1 ");
    CHECK(std::count(f.group.asked.begin(), f.group.asked.end(), api) >= 3);
  });
}

TEST_CASE("a member that is not known, or late, while it joins begins anew", "[unit]") {
  const std::int16_t api = GENERATE(JoinGroupRequest::kKey, SyncGroupRequest::kKey);
  const ErrorCode error = GENERATE(ErrorCode::kUnknownMemberId, ErrorCode::kIllegalGeneration,
                                   ErrorCode::kRebalanceInProgress);
  Fixture f;
  f.group.faults[api] = {error};
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    CHECK(f.told == "+0,1 ");
    if (api != SyncGroupRequest::kKey) co_return;
    CHECK(f.group.generation == 2);
    CHECK(f.group.joins[2].member_id == (error == ErrorCode::kUnknownMemberId ? "" : "m"));
  });
}

TEST_CASE("a member joins with the id that it was given (KIP-394)", "[unit]") {
  Fixture f;
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    REQUIRE(f.group.joins.size() == 2);
    CHECK(f.group.joins[0].member_id.empty());
    CHECK(f.group.joins[1].member_id == "m");
  });
}

TEST_CASE("what no retry mends while a member joins is its end and its reason", "[unit]") {
  const std::int16_t api = GENERATE(JoinGroupRequest::kKey, SyncGroupRequest::kKey);
  const ErrorCode error = GENERATE(
      ErrorCode::kFencedInstanceId, ErrorCode::kGroupAuthorizationFailed,
      ErrorCode::kInconsistentGroupProtocol, ErrorCode::kInvalidSessionTimeout,
      ErrorCode::kInvalidGroupId, ErrorCode::kGroupMaxSizeReached, ErrorCode::kUnknownServerError);
  Fixture f;
  f.group.faults[api] = {error};
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stopped();
    CHECK(f.member->failure().is(error));
    CHECK_THAT(f.member->failure().text(), ContainsSubstring("group 'g'"));
    CHECK(f.told.empty());
  });
}

TEST_CASE("a coordinator that goes away and comes back costs a stable member nothing", "[unit]") {
  const Fault fault = GENERATE(Fault(ErrorCode::kCoordinatorLoadInProgress),
                               Fault(ErrorCode::kCoordinatorNotAvailable),
                               Fault(ErrorCode::kNotCoordinator), Fault::cut());
  Fixture f;
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    f.group.faults[HeartbeatRequest::kKey] = {fault, fault};
    co_await f.until_heartbeats(4);
    CHECK(f.told == "+0,1 ");
    CHECK(f.member->state().generation() == 1);
    const bool searched = f.count<FindCoordinatorRequest>() > 1;
    CHECK(searched == (fault.error != ErrorCode::kCoordinatorLoadInProgress));
  });
}

TEST_CASE("a heartbeat that tells of a rebalance: an eager member gives up everything first, a "
          "cooperative one keeps what stays its own",
          "[unit]") {
  const bool eager = GENERATE(true, false);
  Fixture f(eager ? ScriptedGroup::member_options() : cooperative());
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    f.group.rebalance = true;
    co_await f.until_told(eager ? "+0,1 -0,1 +0,1 " : "+0,1 + ");
    CHECK(f.member->state().generation() == 2);
    CHECK(f.group.joins.back().reason == "the group rebalances");
  });
}

TEST_CASE("a cooperative member that has to give up a partition does so before it joins again",
          "[unit]") {
  Fixture f(cooperative());
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    f.group.cluster.partitions = 1;
    co_await f.until_told("+0,1 -1 + + ");
    CHECK(f.group.generation == 3);
  });
}

TEST_CASE("a heartbeat by which the place is lost: partitions are lost, not revoked", "[unit]") {
  const ErrorCode error = GENERATE(ErrorCode::kUnknownMemberId, ErrorCode::kIllegalGeneration);
  Fixture f(GENERATE(true, false) ? ScriptedGroup::member_options() : cooperative());
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    f.group.faults[HeartbeatRequest::kKey] = {error};
    co_await f.until_told("+0,1 !0,1 +0,1 ");
    CHECK(f.group.joins[2].member_id == (error == ErrorCode::kUnknownMemberId ? "" : "m"));
    CHECK(f.count<LeaveGroupRequest>() == 0);
  });
}

TEST_CASE("a fenced or forbidden heartbeat ends the member", "[unit]") {
  const ErrorCode error =
      GENERATE(ErrorCode::kFencedInstanceId, ErrorCode::kGroupAuthorizationFailed);
  Fixture f;
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    f.group.faults[HeartbeatRequest::kKey] = {error};
    co_await f.until_stopped();
    CHECK(f.told == "+0,1 !0,1 ");
    CHECK(f.member->failure().is(error));
    const Error refused = co_await f.commit();
    CHECK(refused.is(ErrorCode::kUnknownMemberId));
    CHECK(f.group.commits.empty());
  });
}

TEST_CASE("heartbeats go on while a handler gives partitions up", "[unit]") {
  Fixture f;
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    const auto client = Client::make(f.io.get_executor(), f.group.cluster.options());
    RebalanceHandlers slow;
    slow.revoked = [&](TopicPartitions) -> asio::awaitable<void> {
      co_await f.until_heartbeats(3);
      f.told += "given up ";
    };
    f.member->close();
    f.member = GroupMember::make(client, f.options, std::move(slow));
    f.member->start();
    co_await f.until_stable();
    f.group.rebalance = true;
    co_await f.until_told("+0,1 given up ");
    client->close();
  });
}

TEST_CASE("a commit that may pass is sent again, by a coordinator found anew where it moved",
          "[unit]") {
  const Fault fault = GENERATE(Fault(ErrorCode::kCoordinatorLoadInProgress),
                               Fault(ErrorCode::kCoordinatorNotAvailable),
                               Fault(ErrorCode::kNotCoordinator), Fault::cut());
  Fixture f;
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    f.group.faults[OffsetCommitRequest::kKey] = {fault, fault};
    const Error error = co_await f.commit();
    CHECK(error.ok());
    CHECK(f.count<OffsetCommitRequest>() == 3);
    CHECK(f.group.committed[0] == 7);
    CHECK(f.group.commits.back().generation_id_or_member_epoch == 1);
    CHECK(f.group.commits.back().member_id == "m");
    CHECK(f.told == "+0,1 ");
  });
}

TEST_CASE("a commit that the group refuses is not sent again; the member does what the error means",
          "[unit]") {
  const auto [what, then] = GENERATE(table<ErrorCode, std::string>({
      {ErrorCode::kRebalanceInProgress, "+0,1 -0,1 +0,1 "},
      {ErrorCode::kUnknownMemberId, "+0,1 !0,1 +0,1 "},
      {ErrorCode::kIllegalGeneration, "+0,1 !0,1 +0,1 "},
      {ErrorCode::kFencedInstanceId, "+0,1 !0,1 "},
      {ErrorCode::kGroupAuthorizationFailed, "+0,1 "},
      {ErrorCode::kOffsetMetadataTooLarge, "+0,1 "},
      {ErrorCode::kInvalidCommitOffsetSize, "+0,1 "},
      {ErrorCode::kTopicAuthorizationFailed, "+0,1 "},
      {ErrorCode::kUnknownTopicOrPartition, "+0,1 "},
  }));
  Fixture f;
  f.run([&, error = what, told = then]() -> asio::awaitable<void> {
    co_await f.until_stable();
    f.group.faults[OffsetCommitRequest::kKey] = {error};
    const Error refused = co_await f.commit();
    CHECK(refused.is(error));
    CHECK_THAT(refused.text(), ContainsSubstring("t-0"));
    CHECK(f.count<OffsetCommitRequest>() == 1);
    co_await f.until_told(told);
    if (error == ErrorCode::kFencedInstanceId) {
      co_await f.until_stopped();
      CHECK(f.member->failure().is(error));
    } else {
      co_await f.until_stable();
      const Error next = co_await f.commit();
      CHECK(next.ok());
    }
  });
}

TEST_CASE("a member that leaves gives up its partitions, then says goodbye; a static one does not",
          "[unit]") {
  const bool named = GENERATE(false, true);
  const bool reachable = GENERATE(true, false);
  Fixture f;
  if (named) f.options.instance_id = "one";
  if (!reachable) f.group.faults[LeaveGroupRequest::kKey] = {Fault::cut()};
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    co_await f.member->leave();
    CHECK(f.member->is_stopped());
    CHECK(f.member->failure().ok());
    CHECK(f.told == "+0,1 -0,1 ");
    CHECK(f.count<LeaveGroupRequest>() == (named ? 0 : 1));
  });
}

TEST_CASE("leaving past a JoinGroup or SyncGroup that is not answered", "[unit]") {
  const std::int16_t api = GENERATE(JoinGroupRequest::kKey, SyncGroupRequest::kKey);
  Fixture f;
  if (api == JoinGroupRequest::kKey)
    f.group.faults[api] = {ErrorCode::kRebalanceInProgress, Fault::silence()};
  else
    f.group.faults[api] = {Fault::silence()};
  f.options.heartbeat_interval = 1h;  // answers come in the order of requests
  f.group.needs_member_id = api == JoinGroupRequest::kKey;
  f.run([&]() -> asio::awaitable<void> {
    std::function<bool()> waits = [&] {
      return f.count<JoinGroupRequest>() > 0 && f.group.faults[api].empty();
    };
    co_await f.until(std::move(waits));
    co_await f.member->leave();
    CHECK(f.member->is_stopped());
    CHECK(f.told.empty());
    CHECK(f.count<LeaveGroupRequest>() == (api == SyncGroupRequest::kKey ? 1 : 0));
  });
}

TEST_CASE("the leader joins again when a topic grows, is deleted and is there again", "[unit]") {
  Fixture f;
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    f.group.cluster.partitions = 3;
    co_await f.until_told("+0,1 -0,1 +0,1,2 ");
    CHECK(f.group.joins.back().reason == "the partitions of subscribed topics changed");
    f.group.cluster.exists = false;
    co_await f.until_told("+0,1 -0,1 +0,1,2 -0,1,2 + ");
    f.group.cluster.exists = true;
    co_await f.until_told("+0,1 -0,1 +0,1,2 -0,1,2 + +0,1,2 ");
  });
}

TEST_CASE("a leader that waits for a topic to be created looks more often than for one to grow",
          "[unit]") {
  Fixture f;
  f.options.topic_check_interval = 1h;
  f.group.cluster.exists = false;
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_told("+ ");
    f.group.cluster.exists = true;
    co_await f.until_told("+ +0,1 ");
  });
}

TEST_CASE("told that a topic is gone, the leader looks at once", "[unit]") {
  Fixture f;
  f.options.topic_check_interval = 1h;
  f.run([&]() -> asio::awaitable<void> {
    co_await f.until_stable();
    f.group.cluster.exists = false;
    f.member->check_topics();
    co_await f.until_told("+0,1 -0,1 + ");
  });
}
